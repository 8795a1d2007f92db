"""The engine of zfscope."""

import os
import typing

import numpy
import numpy.typing

Path = typing.Union[str, os.PathLike[str]]
Floats = numpy.typing.NDArray[numpy.float32]
Ints = numpy.typing.NDArray[numpy.int32]
Doubles = numpy.typing.NDArray[numpy.float64]
# A path, a PIL image, pixels of height x width x 3 uint8, or preprocessed float32 of N x C x H x W; arrays of other libraries by DLPack.
Photo = typing.Any
Progress = typing.Union[bool, typing.Callable[[float, str], object]]

__version__: str

class Result:
    @property
    def numbers(self) -> dict[str, typing.Any]: ...
    @property
    def png(self) -> bytes: ...
    @typing.overload
    def to_csv(self, path: None = None) -> str: ...
    @typing.overload
    def to_csv(self, path: Path) -> None: ...
    def save(self, path: Path) -> None: ...
    def _repr_png_(self) -> bytes | None: ...
    def _repr_html_(self) -> str | None: ...

class Layer:
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def parameters(self) -> int: ...
    @property
    def multiply_adds(self) -> int: ...
    @property
    def receptive_field(self) -> tuple[int, int]: ...
    @property
    def step(self) -> int: ...

class Classification(Result):
    @property
    def top(self) -> list[tuple[str, float]]: ...
    @property
    def values(self) -> Floats: ...
    @property
    def logits(self) -> Floats: ...
    @property
    def known(self) -> bool | None: ...

class Projection(Result):
    @property
    def values(self) -> Floats: ...
    @property
    def layer(self) -> str: ...
    @property
    def map(self) -> int: ...
    @property
    def at(self) -> tuple[int, int]: ...
    @property
    def value(self) -> float: ...
    @property
    def rectangle(self) -> tuple[int, int, int, int]: ...

class Occlusion(Result):
    @property
    def values(self) -> Floats: ...
    @property
    def most_probable(self) -> Ints: ...
    @property
    def activation(self) -> Floats: ...
    @property
    def y(self) -> list[int]: ...
    @property
    def x(self) -> list[int]: ...
    @property
    def label(self) -> int: ...
    @property
    def layer(self) -> str: ...
    @property
    def map(self) -> int: ...

class Ranking(Result):
    @property
    def values(self) -> Floats: ...
    @property
    def layers(self) -> list[str]: ...
    @property
    def maps(self) -> list[int]: ...

class MutedNet:
    def classify(self, photo: Photo, *, top: int = 5) -> Classification: ...

class Atlas(Result):
    @property
    def values(self) -> dict[str, Floats]: ...
    @property
    def path(self) -> str: ...
    @property
    def images(self) -> int: ...
    @property
    def layers(self) -> list[str]: ...
    def winners(self, layer: str, map: int) -> list[tuple[float, str, tuple[int, int]]]: ...
    def figure(self, layers: typing.Sequence[str] = [], *, maps: str = "sorted", count: int = 9, seed: int = 1) -> Atlas: ...
    def claims(self) -> dict[str, typing.Any]: ...
    def site(self, folder: Path, *, progress: Progress = True) -> None: ...

class Invariance(Result):
    @property
    def values(self) -> dict[str, Doubles]: ...
    @property
    def amounts(self) -> dict[str, list[float]]: ...
    @property
    def layers(self) -> list[str]: ...

class Page(Result):
    @property
    def values(self) -> list[dict[str, typing.Any]]: ...
    @property
    def html(self) -> str: ...

class Site(Page):
    @property
    def path(self) -> str: ...

class Evaluation(Result):
    @property
    def values(self) -> tuple[float, float]: ...
    @property
    def images(self) -> int: ...

class Report(Result):
    @property
    def values(self) -> dict[str, numpy.ndarray]: ...

class Run(Result):
    @property
    def values(self) -> Doubles: ...
    @property
    def path(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def notes(self) -> list[str]: ...

class Net:
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def backend(self) -> str: ...
    @property
    def layers(self) -> list[Layer]: ...
    @property
    def taps(self) -> list[str]: ...
    @property
    def classes(self) -> list[str]: ...
    @property
    def notes(self) -> list[str]: ...
    def shape(self, tap: str) -> tuple[int, ...]: ...
    def preprocess(self, image: Photo | typing.Sequence[Photo]) -> Floats: ...
    @typing.overload
    def forward(self, x: Photo | typing.Sequence[Photo], taps: str = "logits") -> Floats: ...
    @typing.overload
    def forward(self, x: Photo | typing.Sequence[Photo], taps: typing.Sequence[str]) -> dict[str, Floats]: ...
    def save(self, path: Path, *, precision: str = "float32") -> None: ...
    def to_onnx(self, path: Path) -> None: ...
    def classify(self, photo: Photo, *, top: int = 5) -> Classification: ...
    def project(
        self,
        photo: Photo,
        layer: str,
        *,
        map: int | None = None,
        at: tuple[int, int] | None = None,
        rule: str = "deconvnet",
        lrn_derivative: bool = False,
        whole_map: bool = False,
        crop: bool = False,
        stretch: bool = False,
    ) -> Projection: ...
    def occlude(
        self,
        photo: Photo,
        *,
        size: int = 56,
        stride: int = 8,
        fill: str = "mean",
        soft_edge: int = 0,
        border: bool = False,
        class_: str | int | None = None,
        layer: str = "",
        map: int | None = None,
        brute_force: bool = False,
        atlas: Path | None = None,
        progress: Progress = True,
    ) -> Occlusion: ...
    def occlude_all(
        self,
        photos: Photo | typing.Sequence[Photo],
        *,
        count: int = 100,
        size: int = 56,
        stride: int = 8,
        fill: str = "mean",
        soft_edge: int = 0,
        border: bool = False,
        layer: str = "",
        map: int | None = None,
        brute_force: bool = False,
        progress: Progress = True,
    ) -> Report: ...
    def rank(
        self, photo: Photo, *, class_: str | int | None = None, layers: typing.Sequence[str] = [], progress: Progress = True
    ) -> Ranking: ...
    def mute(self, parts: dict[str, typing.Any]) -> MutedNet: ...
    def mine(
        self,
        data: Path,
        *,
        out: Path | None = None,
        top: int = 9,
        layers: typing.Sequence[str] = [],
        patches: bool = True,
        quality: int = 92,
        side: int = 0,
        rule: str = "deconvnet",
        lrn_derivative: bool = False,
        progress: Progress = True,
    ) -> Atlas: ...
    def invariance(
        self,
        photos: Photo | typing.Sequence[Photo],
        *,
        layers: typing.Sequence[str] = ["1", "7"],
        surround: str = "mean",
        class_: int | None = None,
        translate: typing.Sequence[float] = [],
        scale: typing.Sequence[float] = [],
        rotate: typing.Sequence[float] = [],
        count: int = 100,
        batch: int = 32,
        progress: Progress = True,
    ) -> Invariance: ...
    def render(
        self,
        photos: Photo | typing.Sequence[Photo],
        *,
        out: Path | None = None,
        maps: int = 9,
        rule: str = "deconvnet",
        lrn_derivative: bool = False,
        progress: Progress = True,
    ) -> Page: ...
    def eval(
        self,
        data: Path,
        *,
        with_: typing.Sequence[Path] = [],
        ten_crop: bool = False,
        resize: int | None = None,
        unknown: Path | None = None,
        calibrate: Path | None = None,
        progress: Progress = True,
    ) -> Evaluation: ...
    def correspond(
        self,
        points: Path,
        *,
        images: Path | None = None,
        only: str = "",
        layers: typing.Sequence[str] = ["5", "7"],
        mask: float = 0.6,
        draws: int = 100,
        seed: int = 1,
        progress: Progress = True,
    ) -> Report: ...
    def transfer(
        self,
        data: Path,
        out: Path,
        *,
        train: typing.Sequence[int] = [15, 30],
        splits: int = 3,
        layers: typing.Sequence[int] = [1, 2, 3, 4, 5, 7],
        classifiers: typing.Sequence[str] = ["svm", "softmax"],
        values: int = 9216,
        costs: typing.Sequence[float] = [1.0, 10.0, 100.0],
        scratch_epochs: int = 0,
        progress: Progress = True,
    ) -> Report: ...

def load(
    path: Path,
    *,
    backend: str = "auto",
    threads: int = 0,
    tf32: bool = False,
    preprocess: str = "",
    mean: Path | typing.Sequence[float] | None = None,
    std: typing.Sequence[float] | None = None,
    scale: float | None = None,
    order: str | None = None,
    resize: int | None = None,
    classes: Path | typing.Sequence[str] | None = None,
    size: int = 0,
    output: str = "",
    weights: Path | None = None,
    max_megapixels: float = 100.0,
) -> Net: ...
def demo(*, backend: str = "auto", threads: int = 0) -> Net: ...
def backends() -> list[dict[str, typing.Any]]: ...
def compare(
    nets: typing.Sequence[Net],
    photos: Photo | typing.Sequence[Photo] = [],
    *,
    names: typing.Sequence[str] = [],
    dead: float = 0.01,
    count: int = 100,
    progress: Progress = True,
) -> Report: ...
def evolve(
    snapshots: typing.Sequence[Path],
    data: Path,
    *,
    layers: typing.Sequence[str] = [],
    maps: int = 6,
    map: typing.Sequence[int] = [],
    seed: int = 1,
    patches: bool = True,
    strip_side: int = 64,
    rule: str = "deconvnet",
    lrn_derivative: bool = False,
    backend: str = "auto",
    threads: int = 0,
    progress: Progress = True,
) -> Report: ...
def open_atlas(path: Path) -> Atlas: ...
def train(options: dict[str, typing.Any], backend: str, threads: int, max_megapixels: float, progress: Progress) -> Run: ...
def retrain(options: dict[str, typing.Any], backend: str, threads: int, max_megapixels: float, progress: Progress) -> Report: ...
