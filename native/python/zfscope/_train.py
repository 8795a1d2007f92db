"""Training."""

from __future__ import annotations

import os
import typing

from . import _zfscope

Path = typing.Union[str, "os.PathLike[str]"]


def train(
    data: Path,
    out: Path,
    *,
    arch: str | None = None,
    from_: str | None = None,
    size: int | None = None,
    across: int | None = None,
    grey: bool = False,
    width: float | None = None,
    fc: int | None = None,
    resize: int | None = None,
    std: float | None = None,
    epochs: int | None = None,
    batch: int | None = None,
    rate: float | None = None,
    momentum: float | None = None,
    decay: float | None = None,
    schedule: str | None = None,
    patience: int | None = None,
    warmup: int | None = None,
    init: str | None = None,
    crops: str | None = None,
    jitter: float | None = None,
    filter_limit: float | None = None,
    seed: int | None = None,
    memory: float | None = None,
    backend: str = "auto",
    threads: int = 0,
    max_megapixels: float = 100.0,
    progress: bool | typing.Callable[[float, str], object] = True,
) -> _zfscope.Run:
    """Trains a network on data/train/CLASS/* and data/val/CLASS/*, as `zfscope train` does, with its options and its defaults.

    `out` is the run's folder: models, checkpoint, log.csv, learning_curve.png, snapshots. A call that was interrupted leaves a checkpoint,
    and the same call goes on from it. Without `from_` (a model's file, or "scratch") few photos start from the demo model's network; with
    arch, size, across, grey, width, fc or std the network is one of the zoo.
    Raises OSError where a folder is not there, ValueError where data or numbers make no sense or the folder holds another run.
    """
    options = dict(locals())
    for name in ("backend", "threads", "max_megapixels", "progress"):
        del options[name]
    return _zfscope.train(options, backend, threads, max_megapixels, progress)
