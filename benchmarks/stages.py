"""Where the time of one check goes, stage by stage, so that what has grown is found.

Run as a script it checks one file once and prints the seconds of each stage as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.tables import Section
from benchmarks.timing import ROOT, FailedError, environment

EXAMPLE = ROOT / "examples" / "trans-mongolian-railway.geojson"


def sections(cache: Path, rounds: int) -> list[Section]:
    """Medians over some processes."""
    found: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.stages", str(EXAMPLE), str(cache)],
            env=environment({"OPENBLAS_NUM_THREADS": "1"}), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise FailedError(done.stderr)
        for stage, seconds in json.loads(done.stdout).items():
            if turn:
                found.setdefault(stage, []).append(seconds)
    total = sum(statistics.median(taken) for taken in found.values())
    rows = [
        [stage, f"{1000 * statistics.median(taken):.1f}", f"{1000 * min(taken):.1f}",
         f"{statistics.median(taken) / total:.0%}"]
        for stage, taken in found.items()
    ]  # fmt: skip
    return [
        Section(
            title="Stages of one check, HTML + JSON + PDF",
            head=["stage", "ms", "least ms", "share"],
            rows=[*rows, ["sum", f"{1000 * total:.1f}", "", ""]],
            notes=[f"{EXAMPLE.name}, {rounds} processes, files warm; each stage with what it "
                   "imports first."],
        )
    ]  # fmt: skip


class Clock:
    """Seconds of each stage since the one before."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str, less: float = 0.0) -> None:
        """End a stage; ``less`` are seconds of it that are told elsewhere."""
        now = time.perf_counter()
        self.taken[stage] = now - self._last - less
        self._last = time.perf_counter()

    def skip(self) -> None:
        """Leave out what was done since the last stage."""
        self._last = time.perf_counter()


def main(path: str, cache_dir: str) -> None:
    """One check with a clock between its stages."""
    clock = Clock()
    taken = clock.taken
    import numpy  # noqa: F401
    import shapely  # noqa: F401

    clock.lap("import numpy, shapely")
    from camiscreen.cli import check  # noqa: F401

    clock.lap("import the command line")
    from camiscreen import paths, screening
    from camiscreen.i18n import Translator
    from camiscreen.layers import catalogue
    from camiscreen.measuring import exposure
    from camiscreen.model import Design
    from camiscreen.reading import project_file
    from camiscreen.rulebook import rulebook
    from camiscreen.vocabulary import Format

    clock.lap("import the engine")
    cache = Path(cache_dir)
    book = rulebook.load([paths.data_dir("rules")], cache)
    clock.lap("rulebook")
    layers = catalogue.read_catalogue([paths.data_dir("reference_layers")], cache)
    clock.lap("layer manifests")
    opened = screening.open_layers(layers, cache)
    clock.lap("opening layers")
    project = project_file.read_project(path, kind=None, design=Design())
    clock.lap("reading the project")
    reach_m = max(
        [zone.width_m for zone in book.zones]
        + [layer.spec.positional_accuracy_m for layer, _ in opened]
    )
    area = exposure.area_of_influence(project, reach_m)
    loaded = [catalogue.load_within(layer, store, area) for layer, store in opened]
    clock.lap("loading tiles")
    exposure.measure(project, loaded, book.zones)
    clock.lap("measuring")
    screened = screening.screen(project, opened, book, generated_on="2026-11-22")
    clock.lap("judging", less=taken["loading tiles"] + taken["measuring"])
    from camiscreen.report import outputs

    english = Translator("en")
    drawings = list(outputs.draw(screened, english, [Format.JSON, Format.HTML]))
    clock.lap("composing the report")
    for name, draw in drawings:
        draw()
        clock.lap(f"writing {name}")
    # Drawn beside the others where all are asked for; alone here, so that its own time is seen.
    ((_, draw),) = outputs.draw(screened, english, [Format.PDF])
    clock.skip()
    draw()
    clock.lap("writing pdf")
    print(json.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
