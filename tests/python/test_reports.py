"""compare, evolve, correspond and transfer beside the commands."""

import json

import numpy
import pytest

import zfscope
from conftest import Commands, save_photo

TINY = "--arch zfnet --size 96 --width 0.1 --fc 16 --batch 8 --threads 1".split()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a data set and a tiny run of two epochs on it."""
    folder = tmp_path_factory.mktemp("trained")
    for part, count in (("train", 8), ("val", 4)):
        for label in range(2):
            for seed in range(count):
                save_photo(folder / "data" / part / f"class{label}" / f"{seed}.png", 50 * label + seed, width=120, height=110)
    Commands(folder).json("train", "--data", "data", "--out", "run", "--epochs", 2, *TINY)
    return folder


def same_files(ours, theirs, *aside):
    names = sorted(file.name for file in theirs.iterdir())
    assert names == sorted(file.name for file in ours.iterdir())
    for name in set(names) - set(aside):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def without(numbers, *names):
    return {key: value for key, value in numbers.items() if key not in names}


def test_comparison_is_the_commands(trained, commands, tmp_path):
    models = [trained / "run" / "snapshots" / f"epoch_00{epoch}.safetensors" for epoch in (1, 2)]
    photos = sorted((trained / "data" / "val" / "class0").iterdir())
    expected = commands.json("compare", *models, *photos, "--out", "theirs", "--names", "one,two")
    nets = [zfscope.load(model, backend="cpu") for model in models]
    found = zfscope.compare(nets, photos, names=["one", "two"])
    assert found.numbers == without(expected, "skipped")
    found.save(tmp_path / "ours")
    same_files(tmp_path / "ours", commands.folder / "theirs", "comparison.json")
    assert set(found.values["model"]) == {"one", "two"}
    assert found.png == (commands.folder / "theirs" / "filters.png").read_bytes()
    assert sorted(zfscope.compare(nets).values)[0] == "aliased"  # without photos: the filters alone
    with pytest.raises(ValueError, match="at least two models, found 1"):
        zfscope.compare(nets[:1])
    with pytest.raises(ValueError, match="a name for each of 2 models, found 1"):
        zfscope.compare(nets, names=["one"])


def test_evolution_is_the_commands(trained, commands, tmp_path):
    snapshots = sorted((trained / "run" / "snapshots").iterdir())
    expected = commands.json("evolve", *snapshots, "--data", trained / "data", "--out", "theirs", "--maps", 2)
    found = zfscope.evolve(snapshots, trained / "data", maps=2, backend="cpu")
    assert found.numbers == without(expected, "skipped", "out")
    found.save(tmp_path / "ours")
    same_files(tmp_path / "ours", commands.folder / "theirs")
    assert set(found.values["epoch"]) == {1, 2}


def test_correspondence_is_the_commands(net, commands, tmp_path):
    lines = ["image,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y"]
    for seed in range(3):
        save_photo(tmp_path / f"face{seed}.png", seed, width=240, height=240)
        lines.append(f"face{seed}.png,{80 + seed},100,{150 - seed},102,115,{140 + seed}")
    (tmp_path / "points.csv").write_text("\n".join(lines) + "\n")
    expected = commands.json("correspond", "points.csv", "--draws", 2, "--out", "theirs", "--figure", "theirs.png")
    found = net.correspond(tmp_path / "points.csv", draws=2)
    assert found.numbers == without(expected, "skipped")
    assert found.png == (commands.folder / "theirs.png").read_bytes()
    found.save(tmp_path / "ours")
    same_files(tmp_path / "ours", commands.folder / "theirs", "correspondence.json")
    with pytest.raises(ValueError, match="at least two images"):
        net.correspond(tmp_path / "points.csv", only="face1")


def test_transfer_is_the_commands(net, trained, commands, tmp_path):
    arguments = ["--train", "3", "--splits", 1, "--layers", "5,7", "--costs", "1"]
    commands.json("transfer", "--data", trained / "data", "--out", "theirs", *arguments)
    found = net.transfer(trained / "data", tmp_path / "ours", train=[3], splits=1, layers=[5, 7], costs=[1])
    assert found.to_csv() == (commands.folder / "theirs" / "transfer.csv").read_text()
    assert len(found.values["classifier"]) == 4
    results = json.loads((commands.folder / "theirs" / "results.json").read_text())
    assert len(found.numbers["results"]) == 4 and results
    with pytest.raises(ValueError, match="svm and softmax, found magic"):
        net.transfer(trained / "data", tmp_path / "other", classifiers=["magic"])


def test_retraining_is_the_commands(trained, commands, tmp_path):
    recipe = {"size": 96, "width": 0.05, "fc": 8, "epochs": 1, "batch": 8, "threads": 1}
    options = [part for name, value in recipe.items() for part in (f"--{name}", value)]
    expected = commands.json("ablate", "retrain", "--data", trained / "data", "--out", "theirs", "--train-photos", 4, *options)
    found = zfscope.retrain(trained / "data", tmp_path / "ours", train_photos=4, backend="cpu", **recipe)
    assert [without(row, "seconds") for row in found.numbers["variants"]] == [without(row, "seconds") for row in expected["variants"]]
    assert found.to_csv() == (tmp_path / "ours" / "table3.csv").read_text()
    assert len(found.values["variant"]) == 12
    assert sorted(file.name for file in (tmp_path / "ours").iterdir()) == sorted(file.name for file in (commands.folder / "theirs").iterdir())
    with pytest.raises(ValueError, match="epochs"):
        zfscope.retrain(trained / "data", tmp_path / "ours", **{**recipe, "epochs": 2})


def test_columns_of_a_table():
    from zfscope._tables import columns

    found = columns('name,number\n"a, b",1.5\nc,\n')
    assert found["name"].tolist() == ["a, b", "c"]
    assert found["number"][0] == 1.5 and numpy.isnan(found["number"][1])
