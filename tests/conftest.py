"""What several tests need: the checkout, a cache of their own, projects in a few words."""

import io
import signal
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import shapely

from camiscreen import screening
from camiscreen.cli import main
from camiscreen.geometry import geodesy
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import (
    Chain,
    Design,
    Joining,
    Project,
    Rulebook,
    SourceFile,
)
from camiscreen.rulebook import rulebook
from camiscreen.vocabulary import Fencing, Kind

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Ctrl-C reaches what tests start, also where the shell that runs them ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """Top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of this test run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_folders(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the user's cache, layers, settings and environment out of the tests."""
    monkeypatch.setenv("CAMISCREEN_CACHE_DIR", str(cache))
    monkeypatch.setenv("CAMISCREEN_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    for name in ("CAMISCREEN_LANG", "CAMISCREEN_DATE", "SOURCE_DATE_EPOCH", "CAMISCREEN_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def book(cache: Path) -> Rulebook:
    """The shipped rulebook."""
    return rulebook.load([ROOT / "rules"], cache)


@pytest.fixture(scope="session")
def opened(cache: Path) -> list[tuple[Layer, Store]]:
    """The shipped layers, compiled."""
    return screening.open_layers(
        catalogue.read_catalogue([ROOT / "reference_layers"], cache), cache
    )


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run_here(*args: str | Path) -> Done:
    """The command line within this process: seconds faster where its start is not the matter."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main.run([str(arg) for arg in args])
    return Done(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def make_project(
    *lines: Sequence[tuple[float, float]],
    kind: Kind = Kind.RAILWAY,
    fencing: Fencing = Fencing.UNKNOWN,
    areas: Sequence[shapely.Polygon] = (),
    points: Sequence[tuple[float, float]] = (),
    side_lines: Sequence[Sequence[tuple[float, float]]] = (),
    name: str = "test",
    design: Design | None = None,
) -> Project:
    """A project whose lines are its chains, in the order given."""
    chains, at_m = [], 0.0
    for line in lines:
        xy = geodesy.densify(shapely.get_coordinates(shapely.LineString(line)))
        length_m = float(geodesy.cumulative_m(xy)[-1])
        chains.append(Chain(line=shapely.LineString(xy), from_m=at_m, to_m=at_m + length_m))
        at_m += length_m
    sides = shapely.MultiLineString(
        [geodesy.densify(shapely.get_coordinates(shapely.LineString(xy))) for xy in side_lines]
    )
    side_m = geodesy.line_length_m(sides)
    polygons = shapely.MultiPolygon(list(areas))
    return Project(
        name=name,
        kind=kind,
        design=design or Design(fencing=fencing),
        lines=shapely.MultiLineString([*(chain.line for chain in chains), *sides.geoms]),
        areas=polygons,
        points=shapely.MultiPoint(list(points)),
        alignment=tuple(chains),
        side_lines=sides,
        joining=Joining(
            parts=len(chains) + len(sides.geoms),
            joined_parts=len(chains),
            bridges=(),
            parallel_parts=len(sides.geoms),
            parallel_length_m=side_m,
            chains=len(chains),
        ),
        length_m=at_m + side_m,
        area_m2=geodesy.area_m2(polygons),
        chainage_length_m=at_m,
        notes=(),
        source=SourceFile(path="test.geojson", sha256="0" * 64),
    )
