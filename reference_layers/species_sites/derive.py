"""Derive the named sites of the Bukhara deer from the layer key_sites.

This script's one job: pick the sites of ``../key_sites/sites.geojson`` for which a reference names
living Bukhara deer, and write them as ``sites.geojson`` beside itself, one range patch a site;
then refresh ``bytes`` and ``hash`` in ``layer.yaml``. PHYLACINE, the source of species_ranges, has
no range for this taxon.

Usage, in the top folder of the checkout, after key_sites::

    python -m reference_layers.species_sites.derive

Needs what ``reference_layers/derivation.py`` needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reference_layers import derivation
from reference_layers.derivation import SourceError

HERE = Path(__file__).resolve().parent

SPECIES = "bukhara_deer"
NAME = {"name_en": "Bukhara deer", "name_ru": "Бухарский олень"}

OCCURRENCE: dict[str, tuple[str, ...]] = {
    "altyn_emel": ("R259",),  # nine released in 2007
    "amudarya_nargyz": ("KS03", "KS04"),  # not more than 40 in the reserve, 2024
    "kyzylkum": ("R217",),  # 186 in spring 2023
    "lower_amudarya": ("R116", "R217"),  # 1,475 in spring 2023
    "syrdarya_turkestan": ("R261",),  # 103 at the start of 2016
    "tigrovaya_balka": ("R236",),
    "zarafshan": ("R217",),  # 105 in spring 2023
}
"""References that name living deer for a site. The Ajar Valley is a former site (R262)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    features: list[tuple[dict[str, Any], Any]] = []
    for site, shape in derivation.read_layer("key_sites", "sites.geojson"):
        if site["id"] not in OCCURRENCE:
            continue
        if SPECIES not in site["taxa"]:
            raise SourceError(f"{site['id']}: key_sites does not name {SPECIES}")
        references = sorted({*OCCURRENCE[site["id"]], *site["references"]})
        properties = {
            "id": f"{SPECIES}-{site['id']}",
            **NAME,
            "species": SPECIES,
            "states": site["states"],
            "site_en": site["name_en"],
            "site_ru": site["name_ru"],
            "indicative": True,
            "position": site["position"],
            "accuracy_m": site["accuracy_m"],
            "references": references,
        }
        features.append((properties, shape))
    if len(features) != len(OCCURRENCE):
        raise SourceError("a site of OCCURRENCE is not in key_sites")
    derivation.check_sources(properties for properties, _ in features)
    data = HERE / "sites.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {len(features)} sites, {data.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
