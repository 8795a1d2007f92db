"""Tables of numbers."""

from __future__ import annotations

import csv
import io

import numpy


def columns(text: str) -> dict[str, numpy.ndarray]:
    """The columns of a CSV text by their names: float64 where every cell is a number (NaN where it is empty), else str."""
    rows = list(csv.reader(io.StringIO(text)))
    return {name: _array([row[i] for row in rows[1:]]) for i, name in enumerate(rows[0])}


def _array(cells: list[str]) -> numpy.ndarray:
    try:
        return numpy.array([float(cell) if cell else numpy.nan for cell in cells])
    except ValueError:
        return numpy.array(cells)
