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


def test_site_of_a_folder_is_the_commands(net, commands, folder, tmp_path):
    (folder / "deep").mkdir()
    save_photo(folder / "deep" / "7.png", 7)
    (folder / "broken.png").write_text("no picture")
    expected = commands.json("render", folder, "--out", "theirs", "--maps", 1)
    with pytest.warns(UserWarning, match="1 files skipped:\n.*broken.png"):
        site = net.render(folder, out=tmp_path / "ours", maps=1)
    assert isinstance(site, zfscope.Site) and site.path == str(tmp_path / "ours")
    assert len(site.values) == 7
    assert [without(image, "folder") for image in site.values] == [without(image, "folder") for image in expected["images"]]
    files = sorted(file.relative_to(commands.folder / "theirs") for file in (commands.folder / "theirs").rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(tmp_path / "ours") for file in (tmp_path / "ours").rglob("*") if file.is_file())
    for file in files:
        assert (tmp_path / "ours" / file).read_bytes() == (commands.folder / "theirs" / file).read_bytes(), file
    assert site.html == (tmp_path / "ours" / "index.html").read_text()
    with pytest.warns(UserWarning):
        again = net.render([folder], out=tmp_path / "ours", maps=1)
    assert again.numbers["already_there"] == 7
    again.save(tmp_path / "copy")
    assert (tmp_path / "copy" / "photos" / "0.png" / "index.html").exists()
    with pytest.raises(ValueError, match="expected `out`"):
        net.render(folder)
    with pytest.raises(ValueError, match="nothing but paths beside a folder"):
        net.render([folder, pixels(1)], out=tmp_path / "other")


def test_a_site_that_was_stopped_goes_on(net, folder, tmp_path):
    def stop(part, note):
        if part > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        net.render(folder, out=tmp_path / "site", maps=1, progress=stop)
    made = len(list((tmp_path / "site" / "photos").iterdir()))
    assert 0 < made < 6
    site = net.render(folder, out=tmp_path / "site", maps=1)
    assert site.numbers["already_there"] == made and len(site.values) == 6


@pytest.fixture
def data(net, tmp_path):
    """A data set of two of the net's classes."""
    for label in (0, 4):
        for seed in range(3):
            save_photo(tmp_path / "data" / "val" / net.classes[label] / f"{seed}.png", 3 * label + seed)
    return tmp_path / "data"


def test_eval_is_the_commands(net, commands, data):
    expected = commands.json("eval", "--data", data)
    found = net.eval(data)
    assert found.numbers == without(expected, "skipped")
    assert found.images == 6
    assert found.values == (expected["top1_error"], expected["top5_error"])
    with pytest.raises(ValueError, match="folder val or test"):
        net.eval(data / "val")


def test_eval_of_several_models_is_the_commands(net, commands, data, tmp_path):
    other = tmp_path / "other.safetensors"
    net.save(other, precision="float16")
    expected = commands.json("eval", net.path, "--with", other, "--data", data, "--resize", "240")
    found = net.eval(data, with_=[other], resize=240)
    assert found.numbers == without(expected, "skipped")
    assert [one["model"] for one in found.numbers["models"]] == [net.path, str(other)]
    with pytest.raises(ValueError, match="unknown and calibrate of one model, found 2"):
        net.eval(data, with_=[other], unknown=data)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        net.eval(data, with_=[tmp_path / "nowhere.safetensors"])


def test_calibration_and_unknown_photos_are_the_commands(net, commands, data, folder, tmp_path):
    (folder / "broken.png").write_text("no picture")
    expected = commands.json("eval", "--data", data, "--unknown", folder, "--calibrate", "theirs.safetensors", "--resize", "240")
    with pytest.warns(UserWarning, match="1 files skipped:\n.*broken.png"):
        found = net.eval(data, unknown=folder, calibrate=tmp_path / "ours.safetensors", resize=240)
    assert found.numbers == without(expected, "skipped")
    assert found.numbers["known"]["unknown_photos"] == 6
    assert (tmp_path / "ours.safetensors").read_bytes() == (commands.folder / "theirs.safetensors").read_bytes()
    again = zfscope.load(tmp_path / "ours.safetensors", backend="cpu").eval(data)
    assert again.numbers["known"]["threshold"] == found.numbers["known"]["threshold"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="expected photos, found none"):
        net.eval(data, unknown=tmp_path / "empty")


def test_occlusion_of_many_photos_is_the_commands(net, commands, data, tmp_path):
    save_photo(data / "val" / "elsewhere" / "7.png", 7)
    (data / "val" / "broken.png").write_text("no picture")
    arguments = ["--size", 64, "--stride", 40, "--fill", "grey", "--map", 3, "--count", 8]
    expected = commands.json("occlude", "--data", data, "--out", "theirs", *arguments)
    with pytest.warns(UserWarning, match="1 files skipped:\n.*broken.png"):
        found = net.occlude_all(data, size=64, stride=40, fill="grey", map=3, count=8)
    assert found.numbers == without(expected, "skipped")
    assert found.to_csv() == (commands.folder / "theirs" / "agreement.csv").read_text()
    assert found.values["map"].tolist() == [3] * 7
    found.save(tmp_path / "ours")
    assert sorted(file.name for file in (tmp_path / "ours").iterdir()) == ["agreement.csv", "agreement.json"]
    two = net.occlude_all([data / "val" / "elsewhere" / "7.png", pixels(5)], size=64, stride=40)
    assert two.numbers["photos"] == 2
    with pytest.raises(ValueError, match="broken.png"):
        net.occlude_all([data / "val" / "broken.png"])
    with pytest.raises(ValueError, match="fill"):
        net.occlude_all(data, fill="sky")
