"""mine, invariance, render and eval beside the commands."""

import json

import numpy
import pytest

import zfscope
from conftest import pixels, save_photo


@pytest.fixture
def folder(tmp_path):
    for seed in range(6):
        save_photo(tmp_path / "photos" / f"{seed}.png", seed)
    return tmp_path / "photos"


def without(numbers, *names):
    return {key: value for key, value in numbers.items() if key not in names}


def test_atlas_is_the_commands(net, commands, folder, tmp_path):
    expected = commands.json(
        "mine", "--data", folder, "--out", "theirs.safetensors", "--top", 3, "--layers", "conv4,conv5", "--figure", "theirs.png", "--count", 4
    )
    atlas = net.mine(folder, out=tmp_path / "ours.safetensors", top=3, layers=["conv4", "conv5"])
    assert atlas.images == expected["images"] == 6
    assert (tmp_path / "ours.safetensors").read_bytes() == (commands.folder / "theirs.safetensors").read_bytes()
    figure = atlas.figure(count=4)
    assert figure.png == (commands.folder / "theirs.png").read_bytes()
    assert figure.to_csv() == (commands.folder / "theirs.csv").read_text()
    assert atlas.layers == list(atlas.values) == ["conv4", "conv5"]


def test_atlas_holds_the_strongest_activations(net, folder):
    atlas = net.mine(folder, top=2, layers=["conv5"])
    photos = sorted(folder.iterdir())
    strongest = net.forward(photos, taps="conv5").max(axis=(2, 3))  # (photos, maps)
    expected = -numpy.sort(-strongest, axis=0)[:2].T
    numpy.testing.assert_allclose(atlas.values["conv5"], expected, rtol=1e-2, atol=1e-3)  # batches of other sizes round otherwise
    best = int(atlas.values["conv5"][:, 0].argmax())
    value, name, (y, x) = atlas.winners("conv5", best)[0]
    assert name == photos[strongest[:, best].argmax()].name
    assert net.forward(folder / name, taps="conv5")[0, best, y, x] == pytest.approx(value, rel=1e-2)
    again = zfscope.open_atlas(atlas.path)
    assert numpy.array_equal(again.values["conv5"], atlas.values["conv5"])


def test_claims_and_site_are_the_commands(net, commands, folder, tmp_path):
    atlas = net.mine(folder, out=tmp_path / "ours.safetensors", layers=["conv5"])
    commands.json("mine", "--atlas", tmp_path / "ours.safetensors", "--site", "theirs", "--claims", "claims.json")
    assert atlas.claims() == json.loads((commands.folder / "claims.json").read_text())
    atlas.site(tmp_path / "ours")
    ours = sorted(file.relative_to(tmp_path / "ours") for file in (tmp_path / "ours").rglob("*"))
    assert ours == sorted(file.relative_to(commands.folder / "theirs") for file in (commands.folder / "theirs").rglob("*"))
    assert (tmp_path / "ours" / "index.html").read_bytes() == (commands.folder / "theirs" / "index.html").read_bytes()


def test_mine_names_what_it_skips_and_refuses_what_it_cannot(net, folder, tmp_path):
    (folder / "broken.png").write_text("no picture")
    with pytest.warns(UserWarning, match="1 files skipped:\n.*broken.png"):
        assert net.mine(folder, layers=["conv5"]).images == 7 - 1
    with pytest.raises(FileNotFoundError, match="nowhere"):
        net.mine(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="expected photos, found none"):
        net.mine(tmp_path / "empty")
    with pytest.raises(ValueError, match="top: expected 1 to 1000"):
        net.mine(folder, top=0)
    with pytest.raises(FileNotFoundError):
        zfscope.open_atlas(tmp_path / "nowhere.safetensors")


def test_invariance_is_the_commands(net, commands, folder, tmp_path):
    photos = sorted(folder.iterdir())[:2]
    arguments = ["--layers", "conv2,7", "--translate", "-20,0,20", "--rotate", "0,90", "--surround", "grey", "--label", "2"]
    expected = commands.json("invariance", *photos, "--out", "theirs", *arguments)
    found = net.invariance(photos, layers=("conv2", "7"), translate=[-20, 0, 20], rotate=[0, 90], surround="grey", class_=2)
    assert found.numbers == without(expected, "skipped", "out")
    theirs = commands.folder / "theirs"
    assert found.to_csv() == (theirs / "invariance.csv").read_text()
    assert found.png == (theirs / "invariance.png").read_bytes()
    assert {axis: values.shape for axis, values in found.values.items()} == {"translation": (2, 3), "rotation": (2, 2)}
    numpy.testing.assert_allclose(found.values["translation"][:, 1], net_probability(net, photos, 2), atol=1e-5)


def net_probability(net, photos, label):
    return [net.classify(photo).values[label] for photo in photos]


def test_invariance_of_a_folder_and_of_arrays(net, folder):
    of_folder = net.invariance(folder, count=2, translate=[0, 30])
    assert of_folder.values["translation"].shape == (2, 2)
    of_array = net.invariance(pixels(0), translate=[0, 30])
    of_file = net.invariance(folder / "0.png", translate=[0, 30])
    assert numpy.array_equal(of_array.values["translation"], of_file.values["translation"])
    with pytest.raises(ValueError, match="at least one photo"):
        net.invariance([])
    with pytest.raises(ValueError, match="expected mean, grey or edge, found sky"):
        net.invariance(folder, surround="sky")


def test_pages_are_the_commands(net, commands, photo, tmp_path):
    expected = commands.json("render", photo, "--out", "theirs", "--maps", 2)
    page = net.render(photo, maps=2, out=tmp_path / "ours")
    assert page.values == page.numbers["images"]
    image = expected["images"][0]
    assert without(page.values[0], "image") == without(image, "image", "folder", "seconds")
    for file in (commands.folder / "theirs" / "photo").iterdir():
        if file.name != "prediction.json":  # which says how long it took
            assert (tmp_path / "ours" / "photo" / file.name).read_bytes() == file.read_bytes(), file.name
    assert (tmp_path / "ours" / "index.html").read_text() == page.html
    assert page._repr_html_().startswith("<iframe srcdoc=")
    assert page.to_csv().splitlines()[0] == "image,class,index,p"


def test_eval_is_the_commands(net, commands, tmp_path):
    for label in (0, 4):
        for seed in range(3):
            save_photo(tmp_path / "data" / "val" / net.classes[label] / f"{seed}.png", 3 * label + seed)
    expected = commands.json("eval", "--data", tmp_path / "data")
    found = net.eval(tmp_path / "data")
    assert found.numbers == without(expected, "skipped", "known")
    assert found.images == 6
    assert found.values == (expected["top1_error"], expected["top5_error"])
    with pytest.raises(ValueError, match="folder val or test"):
        net.eval(tmp_path / "data" / "val")
