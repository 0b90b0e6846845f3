"""The two largest reports that must stay quick: many parts, and many stretches.

Each runs as a user would run it, in a process of its own, so that its memory can be measured.
"""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from pypdf import PdfReader

from tests import layer_files as lf

MOST_S = 20.0
MOST_BYTES = 1_000_000_000

MEASURED = """
import pathlib, re, resource, sys
from camiscreen.cli import main
code = main.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
status = pathlib.Path("/proc/self/status")
if status.exists():  # where ru_maxrss also counts the process that this one was forked from
    peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) * 1024
print(code, used.ru_utime + used.ru_stime, peak)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no peak memory of a process there")


def measured(*args: str | Path) -> tuple[int, float, float]:
    """Exit code, seconds on all cores together and peak memory in bytes of one command.

    Processor time, since a busy machine would say nothing of the program; it is never less than
    what an idle machine takes.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, args)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    code, seconds, peak = done.stdout.split()[-3:]
    return int(code), float(seconds), float(peak)


def geojson(path: Path, lines: list[np.ndarray], kind: str) -> Path:
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"kind": kind},
                        "geometry": {"type": "LineString", "coordinates": line.round(6).tolist()},
                    }
                    for line in lines
                ],
            }
        )
    )
    return path


def railway_of_parts(path: Path) -> Path:
    """950 km through Iran with 20,000 vertices, in 201 parts out of order, some turned round."""
    x = np.linspace(51.4, 61.0, 20_001)
    y = 35.6 + 0.5 * np.sin(x * 2) + 0.02 * np.sin(x * 60)
    whole = np.column_stack([x, y])
    cuts = np.linspace(0, 20_000, 202).astype(int)
    parts = [whole[a : b + 1] for a, b in pairwise(cuts)]
    order = np.random.default_rng(7).permutation(201)
    return geojson(path, [parts[i][::-1] if i % 3 else parts[i] for i in order], "railway")


def test_a_railway_of_950_km_and_201_parts(tmp_path: Path) -> None:
    path = railway_of_parts(tmp_path / "railway.geojson")
    code, seconds, peak = measured(
        "check", path, "--format", "pdf,html,json", "--date", "2026-11-22"
    )
    assert code in {0, 3}
    report = json.loads((tmp_path / "railway.json").read_text(encoding="utf-8"))
    assert report["project"]["parts"] == 201
    assert report["project"]["length_m"] > 900_000
    assert seconds < MOST_S
    assert peak < MOST_BYTES


@pytest.fixture
def many_stretches(tmp_path: Path) -> list[str | Path]:
    """Arguments for a line of 300 km that a fine range layer crosses in 751 stripes."""
    count, south, north = 751, 46.9, 47.1
    edges = np.linspace(60.0, 63.96, 2 * count)
    stripes = [
        shapely.box(a, south, b, north) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    source = lf.write(tmp_path / "stripes.gpkg", [({"a": 1}, shapely.MultiPolygon(stripes))])
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "receptor_kind: species_range\nspecies: saiga\npositional_accuracy_m: 50\n"
        "confidence: high\n"
    )
    layers = tmp_path / "layers"
    subprocess.run(
        [sys.executable, "-m", "camiscreen", "layers", "add", source, "--as", "generic",
         "--mapping", mapping, "--to", layers, "-q"],
        check=True,
    )  # fmt: skip
    line = np.column_stack([np.linspace(60.0, 63.96, 4001), np.full(4001, 47.0)])
    path = geojson(tmp_path / "line.geojson", [line], "railway")
    return ["check", path, "--layers", layers, "--date", "2026-11-22"]


def test_a_line_of_300_km_with_1500_stretches(
    tmp_path: Path, many_stretches: list[str | Path]
) -> None:
    code, seconds, peak = measured(*many_stretches, "--format", "pdf,json")
    assert code in {0, 3}
    pages = PdfReader(tmp_path / "line.pdf").pages
    assert any(
        "Only the first 1,500 rows are printed" in page.extract_text() for page in pages[8:24]
    )
    assert seconds < MOST_S
    assert peak < MOST_BYTES
