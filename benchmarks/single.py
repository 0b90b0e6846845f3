"""One check as a whole process, against imports and against a geopandas script doing the same."""

import compileall
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import data
from benchmarks.answers import DisagreementError, something
from benchmarks.tables import Section, Target, spread
from benchmarks.timing import ROOT, environment, in_turn

EXAMPLE = ROOT / "examples" / "trans-mongolian-railway.geojson"


def sections(made: data.Data, rounds: int) -> list[Section]:
    """Whole processes, round by round."""
    compileall.compile_dir(str(ROOT / "camiscreen"), quiet=1)
    out = made.folder / "out"
    env = environment(
        {
            "CAMISCREEN_CACHE_DIR": str(made.folder / "cache"),
            "CAMISCREEN_DATA_DIR": str(made.folder),
        }
    )
    peer_json = made.folder / "peer.json"

    def check(path: Path, formats: str, *flags: str) -> list[str]:
        return [sys.executable, "-m", "camiscreen", "check", str(path), "--out", str(out), "--date",
                "2026-11-22", "--quiet", "--format", formats, *flags]  # fmt: skip

    def importing(what: str) -> list[str]:
        return [sys.executable, "-c", f"import {what}"]

    script = [sys.executable, str(ROOT / "benchmarks" / "geopandas_script.py"),
              str(made.one_route), str(made.polygons), str(peer_json)]  # fmt: skip
    html, pdf = "check, HTML + JSON", "check, HTML + JSON + PDF"
    ours = f"check, JSON, {made.scale.polygons:,} polygons"
    peer = "geopandas + FlatGeobuf, the same"
    done = in_turn(
        {
            "import numpy, shapely": importing("numpy, shapely"),
            "import click": importing("click"),
            "import geopandas": importing("geopandas"),
            "camiscreen --help": [sys.executable, "-m", "camiscreen", "--help"],
            ours: check(made.one_route, "json"),
            peer: script,
            "check, JSON": check(EXAMPLE, "json", "--no-user-layers"),
            html: check(EXAMPLE, "html,json", "--no-user-layers"),
            pdf: check(EXAMPLE, "html,json,pdf", "--no-user-layers"),
        },
        env,
        rounds,
    )
    agreed = _agree(out / "route.json", peer_json)
    rows = [
        [name, f"{done.median_s(name):.3f}", f"{done.cpu_s(name):.3f}", f"{done.peak_mb(name):.0f}",
         spread(done.ratio(name, "import geopandas")),
         spread(done.ratio(name, "import numpy, shapely"))]
        for name in done.runs
    ]  # fmt: skip
    more_s = [a.wall_s - b.wall_s for a, b in zip(done.runs[pdf], done.runs[html], strict=True)]
    targets = [
        Target(name=f"{ours} / {peer}", value=done.ratio(ours, peer)[0], limit=0.4),
        Target(name=f"{ours} / import numpy, shapely",
               value=done.ratio(ours, "import numpy, shapely")[0], limit=2.2),
        Target(name=f"{html} / import geopandas",
               value=done.ratio(html, "import geopandas")[0], limit=1.0),
        Target(name="PDF on top", value=sorted(more_s)[len(more_s) // 2], limit=0.6, unit="s"),
        Target(name="camiscreen --help / import click",
               value=done.ratio("camiscreen --help", "import click")[0], limit=2.0),
        Target(name=f"memory, {ours}", value=done.peak_mb(ours), limit=120, unit="MB"),
        Target(name=f"memory, {html}", value=done.peak_mb(html), limit=120, unit="MB"),
        Target(name=f"memory, {pdf}", value=done.peak_mb(pdf), limit=400, unit="MB"),
    ]  # fmt: skip
    return [
        Section(
            title="One check, whole processes",
            head=["process", "s", "processor s", "MB", "/ import geopandas", "/ numpy, shapely"],
            rows=rows,
            notes=[f"{rounds} rounds, files warm. {agreed}",
                   "The check also loads ten layers that ship, judges and writes its report."],
            targets=targets,
        )
    ]  # fmt: skip


def _agree(ours: Path, peer: Path) -> str:
    """Lengths inside agree to 0.1 %; distances are not compared: the script's are on one UTM zone.

    Raises DisagreementError.
    """
    report = json.loads(ours.read_text(encoding="utf-8"))
    met = {
        encounter["receptor_id"].rpartition(":")[2]: encounter["crossing_length_m"]
        for encounter in report["encounters"]
        if encounter["layer_id"] == "benchmark" and encounter["crossing_length_m"] > 0
    }
    theirs: dict[str, float] = json.loads(peer.read_text(encoding="utf-8"))["inside"]
    wrong = [
        f"{key}: {met.get(key)} m and {theirs.get(key)} m"
        for key in met.keys() | theirs.keys()
        if abs(met.get(key, 0.0) - theirs.get(key, 0.0)) > max(1.0, 1e-3 * theirs.get(key, 0.0))
    ]
    if wrong:
        raise DisagreementError("\n".join(wrong[:10]))
    something(len(met.keys() & theirs.keys()))
    return f"{len(theirs)} lengths agree within 0.1 %."


def add_layer(made: data.Data) -> Sequence[str]:
    """The command that makes a user's layer of the polygons."""
    mapping = made.folder / "mapping.yaml"
    mapping.write_text(
        "id: benchmark\nreceptor_kind: site\nid_column: id\nname_column: id\n"
        "positional_accuracy_m: 50\nconfidence: low\n"
        "coverage:\n  bbox: [40, 15, 135, 60]\n  states: []\n",
        encoding="utf-8",
    )
    return [sys.executable, "-m", "camiscreen", "layers", "add", str(made.polygons), "--as",
            "generic", "--mapping", str(mapping), "--to", str(made.user_layers), "--replace",
            "--quiet"]  # fmt: skip
