"""net.project beside `zfscope project`."""

import json

import numpy
import pytest


@pytest.mark.parametrize(
    "options, arguments",
    [
        ({}, []),
        ({"map": 3}, ["--map", 3]),
        ({"map": 7, "at": (4, 5), "rule": "gradient"}, ["--map", 7, "--at", "4,5", "--rule", "gradient"]),
        ({"at": (6, 6), "rule": "guided", "stretch": True}, ["--at", "6,6", "--rule", "guided", "--stretch"]),
        ({"map": 2, "whole_map": True, "lrn_derivative": True}, ["--map", 2, "--whole-map", "--lrn-derivative"]),
        ({"crop": True}, ["--crop"]),
    ],
)
def test_is_what_the_command_writes(net, commands, photo, tmp_path, options, arguments):
    expected = commands.json("project", photo, "--layer", "conv4", "--npy", "unit.npy", "--out", "unit.png", *arguments)
    found = net.project(photo, "conv4", **options)
    del expected["image"]
    assert found.numbers == expected
    assert numpy.array_equal(found.values, numpy.load(commands.folder / "unit.npy")[0])
    assert found.png == (commands.folder / "unit.png").read_bytes()
    found.save(tmp_path / "ours.png")
    assert (tmp_path / "ours.png").read_bytes() == found.png
    assert json.loads((tmp_path / "ours.json").read_text()) == found.numbers


def test_carries_its_numbers(net, photo):
    found = net.project(photo, "conv5", map=11)
    conv5 = net.forward(photo, taps="conv5")
    assert (found.layer, found.map) == ("conv5", 11)
    assert found.value == conv5[0, 11].max() == conv5[(0, 11, *found.at)]
    y, x, height, width = found.rectangle
    outside = found.values.copy()
    outside[:, y : y + height, x : x + width] = 0
    assert not outside.any()
    assert found.values.any()
    assert found._repr_png_() == found.png
    assert found._repr_html_() is None
    assert len(found.to_csv().splitlines()) == 1 + 3 * 224 * 224


def test_values_outlive_their_result(net, photo):
    values = net.project(photo, "conv2").values
    kept = values.copy()
    net.project(photo, "conv3")
    assert numpy.array_equal(values, kept)


@pytest.mark.parametrize(
    "layer, options, words",
    [
        ("conv9", {}, "conv9.*conv1"),
        ("prob", {}, "below softmax"),
        ("conv5", {"map": 9999}, "9999"),
        ("conv5", {"at": (99, 0)}, "99"),
        ("conv5", {"rule": "magic"}, "expected deconvnet, gradient or guided, found magic"),
        ("conv5", {"whole_map": True, "at": (0, 0)}, "found both"),
    ],
)
def test_refuses_what_is_not_there(net, photo, layer, options, words):
    with pytest.raises(ValueError, match=words):
        net.project(photo, layer, **options)
    with pytest.raises(TypeError):
        net.project(photo, layer, at=5)
