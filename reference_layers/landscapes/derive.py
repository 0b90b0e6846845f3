"""Derive the two landscapes of the Programme of Work from the cells of species_ranges.

This script's one job: for each landscape of Part III (sections 27 and 28) take the countries and
species that the section names, keep the range cells that meet one of these countries and are held
by at least ``LEAST`` of these species (on the plateau one of them a plateau species), and write
``landscapes.geojson`` beside itself; then refresh ``bytes`` and ``hash`` in ``layer.yaml``.
Countries and species are read from the clause register.

The programme draws no outline of its landscapes. That of this layer is the project's own reading:
where several of the named species share the land.

Usage, in the top folder of the checkout, after species_ranges::

    python -m reference_layers.landscapes.derive

Needs what ``reference_layers/derivation.py`` needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reference_layers import derivation
from reference_layers.derivation import CHECKOUT, SourceError

HERE = Path(__file__).resolve().parent

PACK = CHECKOUT / "rules" / "packs" / "cami-pow-2021-2026" / "clauses.yaml"

LEAST = 2
"""Species of the section that must hold a cell: one alone would be that species' range."""

PLATEAU_SPECIES = frozenset({"chiru", "kiang", "tibetan_gazelle", "wild_yak"})
"""Species of section 28 that live on the plateau only. Argali and snow leopard, the other two,
share the Tian Shan, the Altai and the Gobi as well, which are no part of it."""

LANDSCAPES: dict[str, tuple[str, frozenset[str]]] = {
    "gobi_steppe": ("27", frozenset()),
    "qinghai_tibetan_plateau": ("28", PLATEAU_SPECIES),
}
"""Section of each landscape, and species of which at least one must hold a cell (if any)."""


def section_of(number: str) -> dict[str, Any]:
    """One section of the clause register, with its species and countries."""
    for section in derivation.read_yaml(PACK)["sections"]:
        if section["number"] == number:
            return dict(section)
    raise SourceError(f"{PACK.name}: no section {number}")


def clauses_of(number: str) -> list[str]:
    """The clauses of a section, without their lettered parts."""
    ids = [str(clause["id"]) for clause in derivation.read_yaml(PACK)["clauses"]]
    return [id_ for id_ in ids if id_.startswith(f"{number}.") and "(" not in id_]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    cells, states_of = derivation.read_cells(), derivation.read_cell_states()
    features = []
    for id_, (number, needed) in LANDSCAPES.items():
        section = section_of(number)
        countries = frozenset(section["countries"])
        holders: dict[derivation.Cell, set[str]] = {}
        for species in section["species"]:
            for cell in cells[species]:
                if states_of[cell] & countries:
                    holders.setdefault(cell, set()).add(species)
        kept = {
            cell
            for cell, found in holders.items()
            if len(found) >= LEAST and (found & needed or not needed)
        }
        properties = {
            "id": id_,
            "name_en": section["title"]["en"],
            "name_ru": section["title"]["ru"],
            "states": sorted({s for cell in kept for s in states_of[cell]} & countries),
            "section": number,
            "countries_named": sorted(countries),
            "species": sorted(section["species"]),
            "cells": len(kept),
            "accuracy_m": 50_000,
            "clauses": clauses_of(number),
            "references": ["R001", "MC01"],
        }
        features.append((properties, derivation.cell_shape(kept)))
    derivation.check_sources(properties for properties, _ in features)
    data = HERE / "landscapes.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {data.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
