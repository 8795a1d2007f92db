"""Builds the wheel of the module with CMake: a PEP 517 backend that needs nothing but Python.

    pip install . --config-settings build-dir=build/mine     # without it build/python, the preset's
"""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
import typing
import zipfile

ROOT = pathlib.Path(__file__).parents[2]
NAME = "zfscope"


def build_wheel(wheel_directory: str, config_settings: dict[str, typing.Any] | None = None, metadata_directory: str | None = None) -> str:
    build = ROOT / (config_settings or {}).get("build-dir", "build/python")
    version = version_of((ROOT / "CMakeLists.txt").read_text())
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}-cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    wheel = f"{NAME}-{version}-{tag}-{platform}.whl"
    with tempfile.TemporaryDirectory() as prefix:
        install(build, pathlib.Path(prefix))
        pack(pathlib.Path(wheel_directory) / wheel, pathlib.Path(prefix), version, f"{tag}-{platform}")
    return wheel


def version_of(cmake: str) -> str:
    found = re.search(r"project\(zfscope VERSION (\S+)", cmake)
    assert found, "CMakeLists.txt: expected project(zfscope VERSION ...)"
    return found[1]


def install(build: pathlib.Path, prefix: pathlib.Path) -> None:
    """Builds the module for this Python and installs it, and the demo model, below a prefix."""
    if not (build / "CMakeCache.txt").exists():
        options = ["-DCMAKE_BUILD_TYPE=Release", "-DZF_TESTS=OFF", "-DZF_PYTHON=ON", f"-DPython3_EXECUTABLE={sys.executable}"]
        run("cmake", "-S", ROOT, "-B", build, "-G", "Ninja", *options)
    run("cmake", "--build", build, "--target", "zf_python")
    run("cmake", "--install", build, "--component", "python", "--prefix", prefix)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True)


def pack(wheel: pathlib.Path, prefix: pathlib.Path, version: str, tag: str) -> None:
    """The package at the wheel's root, what lies in share/ as data of the prefix."""
    extension = f"_zfscope{sysconfig.get_config_var('EXT_SUFFIX')}"
    found = list(prefix.rglob("_zfscope*.so"))
    if [path.name for path in found] != [extension]:
        raise SystemExit(f"zfscope: expected a build of {extension}, found {', '.join(path.name for path in found)}; take another build-dir")
    package = found[0].parent
    files = {f"{NAME}/{path.relative_to(package)}": path.read_bytes() for path in package.rglob("*") if path.is_file()}
    for path in (prefix / "share").rglob("*"):
        if path.is_file():
            files[f"{NAME}-{version}.data/data/{path.relative_to(prefix)}"] = path.read_bytes()
    info = f"{NAME}-{version}.dist-info"
    files[f"{info}/METADATA"] = metadata(version).encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: zfscope\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    record = "".join(f"{name},{digest(content)},{len(content)}\n" for name, content in files.items()) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def metadata(version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\nRequires-Python: >=3.11\nRequires-Dist: numpy>=1.22\n"


def digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
