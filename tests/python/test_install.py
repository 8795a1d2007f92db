"""The package as it is installed: by CMake, by pip without network, and where it does not fit the interpreter."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import zfscope

ROOT = pathlib.Path(__file__).parents[2]
USES = "import zfscope; net = zfscope.demo(backend='cpu'); print(zfscope.__file__, net.path, len(net.classes))"


def clean(**more):
    """The environment without the build's folder on the path."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")} | more


def test_cmake_installs_it_below_the_prefix(tmp_path):
    build = pathlib.Path(os.environ["ZF_BUILD_DIR"])
    subprocess.run(["cmake", "--install", build, "--component", "python", "--prefix", tmp_path / "usr"], check=True, capture_output=True)
    folder = next((tmp_path / "usr" / "lib").rglob("zfscope")).parent
    assert (folder / "zfscope" / "py.typed").exists()
    done = subprocess.run([sys.executable, "-c", USES], env=clean(PYTHONPATH=str(folder)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    file, model, classes = done.stdout.split()
    assert file.startswith(str(tmp_path)) and model == str(tmp_path / "usr/share/zfscope/demo.safetensors") and classes == "20"


def test_pip_installs_it_without_network(tmp_path):
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", venv], check=True)
    command = [venv / "bin" / "pip", "install", "--no-index", "--quiet", "--config-settings", f"build-dir={os.environ['ZF_BUILD_DIR']}", ROOT]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([venv / "bin" / "python", "-c", USES], env=clean(), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    file, model, _ = done.stdout.split()
    assert file.startswith(str(venv)) and model == str(venv / "share/zfscope/demo.safetensors")


def test_a_module_of_another_python_says_so(tmp_path):
    package = tmp_path / "zfscope"
    shutil.copytree(pathlib.Path(zfscope.__file__).parent, package)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    (package / f"_zfscope{suffix}").rename(package / "_zfscope.cpython-399-x86_64-linux-gnu.so")
    done = subprocess.run([sys.executable, "-c", "import zfscope"], env=clean(PYTHONPATH=str(tmp_path)), capture_output=True, text=True)
    assert done.returncode == 1
    assert f"ImportError: zfscope: expected _zfscope{suffix}" in done.stderr
    assert "found _zfscope.cpython-399-x86_64-linux-gnu.so; build it for Python" in done.stderr


def test_version_is_the_programs():
    done = subprocess.run([os.environ["ZFSCOPE"], "--version"], capture_output=True, text=True, check=True)
    assert zfscope.__version__ == done.stdout.strip()
