"""Photos that other libraries hold."""

from __future__ import annotations

import typing

import numpy


def pil_pixels(image: typing.Any) -> numpy.ndarray | None:
    """A PIL image's pixels, upright as its EXIF says: uint8 of height x width x 3, or x 4 with alpha. None where it is no PIL image."""
    if not type(image).__module__.startswith("PIL."):
        return None
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    alpha = "A" in upright.getbands() or "transparency" in upright.info
    return numpy.asarray(upright.convert("RGBA" if alpha else "RGB"))
