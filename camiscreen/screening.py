"""The conveyor: project, layers and rulebook in, one Screening out.

Nothing here judges or measures; it hands each value to the next room in order.
"""

from collections.abc import Sequence
from pathlib import Path

from camiscreen import __version__, appraisal, exposure, precedence
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import (
    Acceptance,
    LayerCoverage,
    LoadedLayer,
    MapFeature,
    Project,
    Rulebook,
    RunInfo,
    Screening,
    Text,
)
from camiscreen.vocabulary import ReceptorKind

REQUIRED_LAYERS = {
    "range_states": Text(en="Range states", ru="Государства ареала"),
    "species_ranges": Text(en="Species ranges", ru="Ареалы видов"),
}
"""Layers without which no verdict may be clean, with their names in case they are missing."""


def screen(
    project: Project,
    layers: Sequence[tuple[Layer, Store]],
    rulebook: Rulebook,
    *,
    generated_on: str,
    acceptances: Sequence[Acceptance] = (),
) -> Screening:
    """Screen one project. ``generated_on`` is a date, YYYY-MM-DD.

    Reads layer files and nothing else.
    """
    reach_m = max(
        [zone.width_m for zone in rulebook.zones]
        + [layer.spec.positional_accuracy_m for layer, _ in layers]
    )
    area = exposure.area_of_influence(project, reach_m)
    loaded = [catalogue.load_within(layer, store, area) for layer, store in layers]
    everything = exposure.measure(project, loaded, rulebook.zones, _missing_layers(loaded))
    measured, replacements = precedence.settle(everything, loaded)
    judged = appraisal.appraise(project, measured, rulebook, acceptances)
    return Screening(
        run=RunInfo(
            tool_version=__version__,
            generated_on=generated_on,
            rulebook_version=rulebook.version,
            rulebook_sha256=rulebook.sha256,
            layers=tuple(layer.spec for layer, _ in layers),
        ),
        project=project,
        exposure=measured,
        findings=judged.findings,
        not_assessed=judged.not_assessed,
        assumptions=judged.assumptions,
        verdict=judged.verdict,
        rulebook=rulebook,
        context=_context(layers),
        replacements=replacements,
    )


def _missing_layers(loaded: Sequence[LoadedLayer]) -> tuple[LayerCoverage, ...]:
    present = {layer.spec.name for layer in loaded}
    return tuple(
        LayerCoverage(
            layer_id=name,
            title=title,
            required=True,
            present=False,
            covered_fraction=0.0,
            outside_kp_ranges=(),
        )
        for name, title in REQUIRED_LAYERS.items()
        if name not in present
    )


def _context(layers: Sequence[tuple[Layer, Store]]) -> tuple[MapFeature, ...]:
    """Every state whole, for land, borders and the locator of the maps."""
    return tuple(
        MapFeature(layer_id=layer.spec.name, receptor=receptor, geometry=store.whole(owner))
        for layer, store in layers
        if layer.spec.receptor_kind is ReceptorKind.STATE
        for owner, receptor in enumerate(store.receptors)
    )


def open_layers(layers: Sequence[Layer], cache: Path) -> list[tuple[Layer, Store]]:
    """Every layer with its compiled store, compiled now where that was not done yet."""
    return [(layer, catalogue.open_layer(layer, cache)) for layer in layers]
