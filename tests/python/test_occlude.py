"""net.occlude, net.rank and net.mute beside `zfscope occlude` and `ablate`."""

import csv
import io

import numpy
import pytest


def without(numbers, *names):
    return {key: value for key, value in numbers.items() if key not in names}


@pytest.mark.parametrize(
    "options, arguments",
    [
        ({"size": 80, "stride": 48}, ["--size", 80, "--stride", 48]),
        (
            {"size": 90, "stride": 70, "fill": "200,10,30", "class_": 3, "layer": "conv3", "map": 5, "soft_edge": 8, "border": True},
            ["--size", 90, "--stride", 70, "--fill", "200,10,30", "--label", 3, "--layer", "conv3", "--map", 5, "--soft-edge", 8, "--border"],
        ),
    ],
)
def test_occlusion_is_what_the_command_writes(net, commands, photo, tmp_path, options, arguments):
    expected = commands.json("occlude", photo, "--out", "theirs", *arguments)
    found = net.occlude(photo, **options)
    assert found.numbers == without(expected, "image", "seconds", "out")
    theirs = commands.folder / "theirs"
    assert numpy.array_equal(found.values, numpy.load(theirs / "probability.npy"))
    assert numpy.array_equal(found.activation, numpy.load(theirs / "activation.npy"))
    assert numpy.array_equal(found.most_probable, numpy.load(theirs / "label.npy"))
    assert (found.y, found.x) == (expected["y"], expected["x"])
    assert (found.label, found.layer, found.map) == (expected["label"], expected["layer"], expected["map"])
    found.save(tmp_path / "ours")
    assert sorted(file.name for file in theirs.iterdir()) == sorted(file.name for file in (tmp_path / "ours").iterdir())
    for file in theirs.iterdir():
        assert (tmp_path / "ours" / file.name).read_bytes() == file.read_bytes()
    assert found.png == (theirs / "occlusion.png").read_bytes()


def test_occlusion_by_brute_force_is_the_same(net, photo):
    fast = net.occlude(photo, size=100, stride=60)
    slow = net.occlude(photo, size=100, stride=60, brute_force=True)
    numpy.testing.assert_allclose(fast.values, slow.values, atol=1e-5)


def test_occlusion_csv(net, photo):
    found = net.occlude(photo, size=100, stride=60)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert len(rows) == found.values.size
    places = [(y, x) for y in found.y for x in found.x]
    assert [(int(row["y"]), int(row["x"])) for row in rows] == places
    assert [numpy.float32(row["probability"]) for row in rows] == found.values.ravel().tolist()
    assert rows[0]["most_probable"] == net.classes[found.most_probable[0, 0]]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"size": 0}, "a square of at least 1 pixel"),
        ({"stride": 0}, "stride"),
        ({"size": 500}, "500"),
        ({"fill": "blue"}, "expected a fill of mean, grey or R,G,B"),
        ({"class_": "unicorn"}, "class of the model"),
        ({"class_": 20}, "number of 0 to 19"),
        ({"layer": "conv9"}, "conv9"),
        ({"map": 100000}, "100000"),
        ({"map": -1}, "from 0 on, found -1"),
    ],
)
def test_occlusion_refuses(net, photo, options, words):
    with pytest.raises(ValueError, match=words):
        net.occlude(photo, **options)


def test_ranking_is_what_the_command_writes(net, commands, photo, tmp_path):
    arguments = ["--layers", "conv2,conv5", "--label", "4"]
    expected = commands.json("ablate", photo, "--out", "theirs", *arguments)
    found = net.rank(photo, class_=4, layers=["conv2", "conv5"])
    assert found.numbers == without(expected, "image", "seconds", "out", "label")
    found.save(tmp_path / "ours")
    for name in ("ablation.csv", "ablation.png"):
        assert (tmp_path / "ours" / name).read_bytes() == (commands.folder / "theirs" / name).read_bytes()
    assert len(found.values) == len(found.layers) == len(found.maps) == net.shape("conv2")[0] + net.shape("conv5")[0]
    assert (numpy.diff(found.values) <= 0).all()


def test_what_ranks_first_is_lost_when_it_is_muted(net, photo):
    found = net.rank(photo, layers=["conv5"])
    muted = net.mute({"conv5": found.maps[0]}).classify(photo)
    label = net.classes.index(found.numbers["class"])
    assert net.classify(photo).values[label] - muted.values[label] == pytest.approx(found.values[0], abs=1e-5)


def test_muted_net_is_the_commands(net, commands, photo):
    expected = commands.json("ablate", photo, "--mute", "conv5:17,conv4:3:2:2,fc6")
    muted = net.mute({"conv5": [17], "conv4": (3, 2, 2), "fc6": True})
    found = muted.classify(photo)
    assert found.logits.tolist() == numpy.float32(expected["logits"]).tolist()
    assert found.numbers["top"][0]["class"] == expected["top"][0]["class"]
    assert "3 parts" in repr(muted)


@pytest.mark.parametrize(
    "parts, error, words",
    [
        ({}, ValueError, "at least one part"),
        ({"conv9": 1}, ValueError, "conv9"),
        ({"conv5": "all"}, TypeError, "found 'all'"),
        ({"conv5": (1, 2)}, TypeError, "found"),
    ],
)
def test_mute_refuses(net, parts, error, words):
    with pytest.raises(error, match=words):
        net.mute(parts)


def test_muting_a_map_that_is_not_there(net, photo):
    with pytest.raises(ValueError, match="99999"):
        net.mute({"conv5": 99999}).classify(photo)
