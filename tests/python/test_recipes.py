"""Every recipe of docs/python.md runs as it stands."""

import pathlib
import re
import subprocess
import sys

import pytest

from conftest import save_photo

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "python.md"
RECIPES = re.findall(r"^### (.*?)\n\n```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes")
    save_photo(folder / "photo.jpg", 1)
    for seed in range(5):
        save_photo(folder / "photos" / f"{seed}.jpg", seed)
    for part, count in (("train", 8), ("val", 2)):
        for label in range(2):
            for seed in range(count):
                save_photo(folder / "data" / part / f"class{label}" / f"{seed}.jpg", 50 * label + seed, width=240, height=230)
    return folder


def test_there_are_ten():
    assert len(RECIPES) == 10


@pytest.mark.parametrize("title, code", RECIPES, ids=[title for title, _ in RECIPES])
def test_recipe(title, code, folder):
    if "import torch" in code:
        pytest.importorskip("torch")
        pytest.importorskip("onnx")
    done = subprocess.run([sys.executable, "-W", "error::UserWarning:zfscope", "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for written in re.findall(r'(?:save|to_csv)\("([^"]+)"\)', code):
        assert (folder / written).exists(), written
    assert done.stdout or "print" not in code


def test_the_table_names_methods_that_exist():
    import zfscope

    text = PAGE.read_text()
    for name in re.findall(r"net\.(\w+)", text):
        assert hasattr(zfscope.Net, name), name
    for name in re.findall(r"zfscope\.(\w+)\(", text):
        assert hasattr(zfscope, name), name
