"""``python -m benchmarks``: data from a seed, camiscreen and its peers on them, ratios, Markdown.

Sections by name (``stages single measuring growth``), all of them where none is named. ``--quick``
takes less of the data and few rounds, to see whether everything runs. Exit 1 where answers
differ or a command fails; targets that are missed are shown, and exit 4 with ``--strict``.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import data, growth, measuring, single, stages
from benchmarks.answers import DisagreementError
from benchmarks.peers import PEERS
from benchmarks.tables import Section, report
from benchmarks.timing import FailedError, environment

SECTIONS = ("stages", "single", "measuring", "growth")


def main() -> int:
    """Run what is asked for; gives the exit code."""
    args = _arguments()
    quick = args.quick
    scale = data.Scale(
        seed=args.seed,
        polygons=args.polygons or (5_000 if quick else 50_000),
        routes=args.routes or (200 if quick else 3_000),
        land=0.32 if quick else 1.0,
    )
    rounds = args.rounds or (3 if quick else 15)
    chosen = args.sections or SECTIONS
    found: list[Section] = []
    words = ""
    try:
        if {"single", "measuring"} & set(chosen):
            print(f"building {scale.polygons:,} polygons, {scale.routes:,} routes", file=sys.stderr)
            made = data.build(scale, args.data)
            _layer(made)
            words = _scale(made)
        for name in chosen:
            print(name, file=sys.stderr)
            if name == "stages":
                found += stages.sections(args.data / "cache", rounds)
            elif name == "single":
                found += single.sections(made, rounds)
            elif name == "measuring":
                few = args.rounds or (1 if quick else 5)
                found += measuring.sections(made, few, tuple(args.peers))
            else:
                found += growth.sections(
                    args.data / "growth", args.rounds or 3, growth.SMALL if quick else growth.BASE
                )
    except (DisagreementError, FailedError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    text = report(found, words)
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    missed = [target for section in found for target in section.targets if not target.kept]
    return 4 if missed and args.strict else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION")
    parser.add_argument("--quick", action="store_true", help="less data, few rounds")
    parser.add_argument("--rounds", type=int, help="rounds of every section")
    parser.add_argument("--seed", type=int, default=data.Scale.seed)
    parser.add_argument("--polygons", type=int)
    parser.add_argument("--routes", type=int)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--data", type=Path, help="folder that keeps the data between runs",
                        default=Path(tempfile.gettempdir()) / "camiscreen-benchmarks")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the results as Markdown")
    parser.add_argument("--strict", action="store_true", help="exit 4 where a target is missed")
    return parser.parse_args()


def _layer(made: data.Data) -> None:
    """The user's layer of the polygons, made by the command unless this code made it before."""
    from camiscreen.layers.store import open_store
    from camiscreen.layers.store_files import FORMAT

    if open_store(made.user_layers / "benchmark" / "store") is not None:
        return
    shutil.rmtree(made.user_layers, ignore_errors=True)
    print(f"adding the layer (store format {FORMAT})", file=sys.stderr)
    subprocess.run(single.add_layer(made), env=environment(), check=True)


def _scale(made: data.Data) -> str:
    facts = data.facts(made)
    return (
        f"Seed {made.scale.seed}: {made.scale.polygons:,} polygons of "
        f"{facts['polygon_vertices']:,} vertices, the largest of {facts['largest_polygon']:,}; "
        f"{made.scale.routes:,} routes of {facts['route_vertices']:,} vertices; the single route "
        f"has {facts['one_route_vertices']:,}."
    )


if __name__ == "__main__":
    sys.exit(main())
