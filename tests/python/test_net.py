"""Opening models, what they are, and running them."""

import json

import numpy
import pytest

import zfscope
from conftest import MODEL, pixels, save_photo


def test_describes_the_network_as_info_does(net, commands):
    info = commands.json("info")
    assert net.name == info["name"]
    assert net.classes == info["classes"]
    assert [layer.name for layer in net.layers] == [layer["name"] for layer in info["layers"]]
    for ours, theirs in zip(net.layers, info["layers"]):
        shape = theirs["shape"] if theirs["shape"][1:] != [1, 1] else theirs["shape"][:1]
        assert list(ours.shape) == shape
        assert (ours.type, ours.parameters, ours.multiply_adds, ours.step) == tuple(
            theirs[key] for key in ("type", "parameters", "multiply_adds", "step")
        )
        assert list(ours.receptive_field) == theirs["receptive_field"]


def test_shapes_are_those_of_the_arrays(net, photo):
    taps = net.forward(photo, taps=net.taps)
    assert list(taps) == net.taps
    for name, values in taps.items():
        assert values.dtype == numpy.float32
        assert values.shape == (1, *net.shape(name))


def test_logits_are_the_commands(net, commands, photo):
    commands.json("classify", photo, "--npy", "logits.npy")
    assert numpy.array_equal(net.forward(photo), numpy.load(commands.folder / "logits.npy"))


def test_preprocessed_input_is_what_the_command_takes(net, commands, photo):
    numpy.save(commands.folder / "input.npy", net.preprocess(photo))
    of_array = commands.json("classify", "--input-npy", "input.npy")["results"][0]["logits"]
    assert net.forward(photo)[0].tolist() == of_array


def test_a_batch_is_its_photos_one_by_one(net, tmp_path):
    files = [save_photo(tmp_path / f"{seed}.png", seed) for seed in range(35)]  # more than run at once
    together = net.forward(files, taps=["conv3", "logits"])
    assert together["logits"].shape == (35, len(net.classes))
    for i in (0, 31, 32, 34):
        alone = net.forward(files[i], taps=["conv3", "logits"])
        for name in alone:
            numpy.testing.assert_allclose(together[name][i], alone[name][0], rtol=1e-4, atol=1e-4)


def test_model_files_and_onnx_files_come_back_the_same(net, photo, tmp_path):
    net.save(tmp_path / "again.safetensors")
    net.to_onnx(tmp_path / "again.onnx")
    expected = net.forward(photo)
    for name in ("again.safetensors", "again.onnx"):
        again = zfscope.load(tmp_path / name, backend="cpu")
        assert again.classes == net.classes
        assert numpy.array_equal(again.forward(photo), expected)


def test_results_own_their_memory(photo):
    net = zfscope.load(MODEL, backend="cpu")
    first = net.forward(photo, taps="conv5")
    kept = first.copy()
    net.forward(pixels(7), taps="conv5")
    del net
    assert numpy.array_equal(first, kept)
    first += 1  # and may be written to


def test_refuses_what_is_not_there(net, photo, tmp_path):
    with pytest.raises(ValueError, match="conv9.*conv1"):
        net.forward(photo, taps="conv9")
    with pytest.raises(ValueError, match="at least one layer"):
        net.forward(photo, taps=[])
    with pytest.raises(FileNotFoundError, match="nowhere.safetensors: expected a model file, found nothing"):
        zfscope.load(tmp_path / "nowhere.safetensors")
    with pytest.raises(FileNotFoundError, match="nowhere.png"):
        net.forward(tmp_path / "nowhere.png")
    with pytest.raises(IsADirectoryError, match="found a folder"):
        net.forward(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ValueError, match="text.png"):
        net.forward(tmp_path / "text.png")
    with pytest.raises(ValueError, match="backend: expected auto"):
        zfscope.load(MODEL, backend="abacus")
    with pytest.raises(OSError, match="nowhere"):
        net.save(tmp_path / "nowhere" / "model.safetensors")
    assert not (tmp_path / "nowhere").exists()


def test_words_are_the_commands(net, commands, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    said = commands.run("classify", "text.png").stderr
    with pytest.raises(ValueError) as raised:
        net.classify(tmp_path / "text.png")
    why = str(raised.value).split("text.png: ", 1)[1]
    assert why in said


def test_backends_are_those_of_info(commands):
    assert zfscope.backends() == json.loads(commands.run("info", "--backends", "--json").stdout)
