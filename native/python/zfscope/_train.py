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
    return _zfscope.train(_training(locals()), backend, threads, max_megapixels, progress)


def retrain(
    data: Path,
    out: Path,
    *,
    train_photos: int = 0,
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
) -> _zfscope.Report:
    """Trains twelve variants of AlexNet and ZFNet alike (Table 3), as `zfscope ablate retrain` does, with its options and its defaults.

    `out` gets a folder a variant, table3.csv and table3.md. A call that was interrupted leaves a checkpoint, and the same call goes on from
    it. `train_photos`: training photos to measure the train error on, spread evenly; 0 for all.
    Raises OSError and ValueError as train() does.
    """
    return _zfscope.retrain(_training(locals()), backend, threads, max_megapixels, progress)


def _training(arguments: dict[str, typing.Any]) -> dict[str, typing.Any]:
    """Those of a run, without what it runs on."""
    return {name: value for name, value in arguments.items() if name not in ("backend", "threads", "max_megapixels", "progress")}
