"""What the tests share: the command line beside the module, and photos that it makes."""

import json
import os
import pathlib
import subprocess

import numpy
import pytest
from PIL import Image

import zfscope

MODEL = pathlib.Path(__file__).parents[2] / "assets" / "demo.safetensors"


class Commands:
    """The command line's program, run in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments):
        return subprocess.run([os.environ["ZFSCOPE"], *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)

    def json(self, *arguments):
        """What the command prints with --json; it must succeed."""
        done = self.run(*arguments, "--json", "--backend", "cpu")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def commands(tmp_path):
    return Commands(tmp_path)


@pytest.fixture(scope="session")
def net():
    return zfscope.demo(backend="cpu")


def pixels(seed, width=300, height=260):
    """Stripes and a disc: smooth parts and edges."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    colours = random.integers(0, 256, size=(8, 3))
    stripes = ((x + (seed % 3) * y) // (9 + seed % 7)) % 7
    disc = (y - height / 2) ** 2 + (x - width / 3) ** 2 < (height / 4) ** 2
    return colours[numpy.where(disc, 7, stripes)].astype(numpy.uint8)


def save_photo(path, seed, **size):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(seed, **size)).save(path)
    return path


@pytest.fixture
def photo(tmp_path):
    return save_photo(tmp_path / "photo.png", 1)
