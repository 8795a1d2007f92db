"""Says in words why the extension module cannot be loaded."""

import importlib.machinery
import pathlib
import sys


def check() -> None:
    """Raises ImportError where no extension module here is of this Python."""
    folder = pathlib.Path(__file__).parent
    found = sorted(path.name for path in folder.glob("_zfscope*.so"))
    if any(f"_zfscope{suffix}" in found for suffix in importlib.machinery.EXTENSION_SUFFIXES):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    expected = f"_zfscope{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    raise ImportError(
        f"zfscope: expected {expected} in {folder}, found {', '.join(found) or 'none'}; "
        f"build it for Python {version}: cmake -DPython3_EXECUTABLE={sys.executable} ..."
    )
