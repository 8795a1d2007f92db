"""Photos as arrays, PIL images and tensors; and what is refused."""

import numpy
import pytest
from PIL import Image

import zfscope
from conftest import pixels, save_photo


def test_pixels_give_what_the_file_gives(net, photo):
    expected = net.preprocess(photo)
    assert expected.shape == (1, 3, 224, 224)
    image = Image.open(photo)
    assert numpy.array_equal(net.preprocess(image), expected)
    assert numpy.array_equal(net.preprocess(numpy.asarray(image)), expected)
    assert numpy.array_equal(net.preprocess(expected), expected)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "CMYK"])
def test_pil_images_of_any_mode(net, mode, tmp_path):
    image = Image.fromarray(pixels(3))
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.fromarray(pixels(4)[:, :, 0]))
    converted = image.convert(mode)
    if mode == "CMYK":  # what a PNG cannot hold
        expected = net.preprocess(numpy.asarray(converted.convert("RGB")))
    else:
        converted.save(tmp_path / "image.png")
        expected = net.preprocess(tmp_path / "image.png")
    numpy.testing.assert_allclose(net.preprocess(converted), expected, atol=0.02)


def test_alpha_is_laid_on_grey_as_in_files(net, tmp_path):
    rgba = numpy.dstack([pixels(5), pixels(6)[:, :, 0]])
    Image.fromarray(rgba).save(tmp_path / "alpha.png")
    assert numpy.array_equal(net.preprocess(rgba), net.preprocess(tmp_path / "alpha.png"))


def test_pil_images_stand_as_the_camera_was_held(net, tmp_path):
    image = Image.fromarray(pixels(8))
    exif = image.getexif()
    exif[274] = 6
    image.save(tmp_path / "turned.png", exif=exif)
    assert numpy.array_equal(net.preprocess(Image.open(tmp_path / "turned.png")), net.preprocess(tmp_path / "turned.png"))
    assert not numpy.array_equal(net.preprocess(pixels(8)), net.preprocess(tmp_path / "turned.png"))


def test_any_layout_in_memory(net):
    image = pixels(2)
    expected = net.preprocess(image)
    for same in (numpy.asfortranarray(image), numpy.repeat(image, 2, axis=1)[:, ::2], image[::-1][::-1]):
        assert numpy.array_equal(net.preprocess(same), expected)
    frozen = image.copy()
    frozen.flags.writeable = False
    assert numpy.array_equal(net.preprocess(frozen), expected)
    grey = image[:, :, 0]
    assert numpy.array_equal(net.preprocess(grey), net.preprocess(numpy.dstack([grey] * 3)))
    batch = numpy.asfortranarray(expected)
    batch.flags.writeable = False
    assert numpy.array_equal(net.forward(batch), net.forward(expected))


@pytest.mark.parametrize(
    "values, words",
    [
        (numpy.zeros((260, 300, 3)), "expected uint8 .* or float32 .*, found float64 260x300x3"),
        (numpy.zeros((1, 3, 224, 224), ">f4"), "expected uint8"),
        (numpy.zeros((260, 300, 3), numpy.int64), "found int64"),
        (numpy.zeros((260, 300, 3), bool), "found bool"),
        (numpy.array([[None]]), "found object"),
        (numpy.zeros((3, 260, 300), numpy.uint8), r"height x width x 3, found uint8 3x260x300; x.transpose\(1, 2, 0\)"),
        (numpy.zeros((2, 260, 300, 3), numpy.uint8), "height x width x 3, found uint8 2x260x300x3"),
        (numpy.zeros((0, 300, 3), numpy.uint8), "found 300x0|found 300 x 0|0"),
        (numpy.zeros(5, numpy.uint8), "found uint8 5"),
        (numpy.zeros((3, 224, 224), numpy.float32), r"N x 3 x 224 x 224, found float32 3x224x224; x\[None\]"),
        (numpy.zeros((1, 224, 224, 3), numpy.float32), r"found float32 1x224x224x3; x.transpose\(0, 3, 1, 2\)"),
        (numpy.zeros((1, 3, 200, 224), numpy.float32), "found float32 1x3x200x224"),
        (numpy.zeros((0, 3, 224, 224), numpy.float32), "found float32 0x3x224x224"),
    ],
)
def test_refuses_arrays_that_do_not_fit(net, values, words):
    with pytest.raises(ValueError, match=words):
        net.forward(values)


@pytest.mark.parametrize("strange", [numpy.nan, numpy.inf])
def test_refuses_numbers_that_are_not_finite(net, strange):
    values = numpy.zeros((2, 3, 224, 224), numpy.float32)
    values[1, 2, 3, 4] = strange
    with pytest.raises(ValueError, match=rf"finite numbers, found {strange} at \[1, 2, 3, 4\]"):
        net.forward(values)


@pytest.mark.parametrize("thing", [None, 5, {"a": 1}, object()])
def test_refuses_what_is_no_photo(net, thing):
    with pytest.raises(TypeError, match="photo: expected a path, a PIL image"):
        net.forward(thing)


def test_refuses_no_photos_and_several_in_the_place_of_one(net):
    with pytest.raises(ValueError, match="at least one photo"):
        net.forward([])
    with pytest.raises(ValueError, match="expected one photo, found 2"):
        net.classify(numpy.zeros((2, 3, 224, 224), numpy.float32))


def test_tells_of_damaged_photos(net, tmp_path):
    path = save_photo(tmp_path / "cut.jpg", 1)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.warns(UserWarning, match="cut.jpg: the file ends early"):
        net.classify(path)


class OnDevice:
    """An array of a card, as DLPack speaks of it."""

    device = "cuda:0"

    def __dlpack__(self, stream=None):
        raise AssertionError("must not be read")

    def __dlpack_device__(self):
        return (2, 0)


def test_refuses_arrays_of_a_card(net):
    with pytest.raises(ValueError, match=r"memory of the CPU, found one on device cuda:0; x.cpu\(\)"):
        net.forward(OnDevice())


def test_tensors_of_torch_go_in_and_out_without_a_copy(net, photo):
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(net.preprocess(photo))
    maps = net.forward(x, taps="conv5")
    assert numpy.array_equal(maps, net.forward(photo, taps="conv5"))
    tensor = torch.from_dlpack(maps)
    tensor += 1
    assert tensor.data_ptr() == maps.ctypes.data
    assert numpy.array_equal(tensor.numpy(), maps)
    assert numpy.array_equal(net.preprocess(torch.from_numpy(pixels(1))), net.preprocess(pixels(1)))
    with pytest.raises(ValueError, match="found float64"):
        net.forward(x.double())
    with pytest.raises((RuntimeError, BufferError), match="grad"):
        net.forward(x.clone().requires_grad_())


def test_networks_of_torch(tmp_path):
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    torch.manual_seed(1)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 5, stride=2), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(8 * 7 * 7, 10)
    )
    module(torch.randn(4, 3, 32, 32))  # statistics of its normalisation
    example = torch.randn(1, 3, 32, 32)
    with pytest.warns(UserWarning, match="preprocessing"):
        net = zfscope.from_torch(module, example, backend="cpu")
    assert module.training
    module.eval()
    numpy.testing.assert_allclose(net.forward(example), module(example).detach().numpy(), atol=1e-5)
