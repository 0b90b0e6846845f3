"""The conveyor: project, layers and rulebook in, one Screening out.

Nothing here judges or measures; it hands each value to the next room in order.
"""

from collections.abc import Sequence
from pathlib import Path

from camiscreen import __version__
from camiscreen.judging import acceptance, appraisal, frameworks, precedence
from camiscreen.judging.subjects import avoidance_m
from camiscreen.late import Late
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.measuring import exposure, surroundings
from camiscreen.measuring.parallels import Bands
from camiscreen.model import (
    Acceptance,
    Encounter,
    Finding,
    LayerCoverage,
    LoadedLayer,
    MapFeature,
    NotAssessed,
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
    framework_ids: Sequence[str] = (),
) -> Screening:
    """Screen one project. ``generated_on`` is a date, YYYY-MM-DD.

    ``framework_ids`` are lender and national frameworks as ``frameworks.chosen`` has them.

    Reads layer files and nothing else.
    """
    reach_m = max(
        [zone.width_m for zone in rulebook.zones]
        + [layer.spec.positional_accuracy_m for layer, _ in layers]
    )
    area = exposure.area_of_influence(project, reach_m)
    loaded = [catalogue.load_within(layer, store, area) for layer, store in layers]
    everything = exposure.measure(project, loaded, rulebook.zones, _missing_layers(loaded))
    chosen, replacements = precedence.settle(everything, loaded)
    spacing = rulebook.line_spacing
    measured = surroundings.measured(
        project,
        chosen,
        loaded,
        spacing=Bands(least_m=spacing.least_m, preferred_m=spacing.preferred_m),
        avoidance_m={s.id: avoidance_m(s, project) for s in rulebook.species},
    )
    judged = appraisal.appraise(project, measured, rulebook)
    findings, settled = acceptance.settle(
        judged.findings, acceptances, project=project, rulebook=rulebook, on=generated_on
    )
    gaps = (*judged.not_assessed, *_species_without_layer(loaded, rulebook))
    gaps += tuple(_unjudged(measured.encounters, findings))
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
        findings=findings,
        not_assessed=gaps,
        assumptions=judged.assumptions,
        verdict=appraisal.verdict_of(findings, gaps),
        rulebook=rulebook,
        context=context_of(layers),
        frameworks=frameworks.assess(project, measured, rulebook, findings, framework_ids),
        replacements=replacements,
        acceptances=settled,
    )


def _species_without_layer(loaded: Sequence[LoadedLayer], rulebook: Rulebook) -> list[NotAssessed]:
    """Species of the rulebook that no layer here speaks of, not even to say that it cannot."""
    spoken_of = {taxon.id for layer in loaded for taxon in layer.taxa}
    spoken_of |= {species for layer in loaded for species in layer.species}
    return [
        NotAssessed(
            subject_id=f"species:{species.id}",
            subject=species.name,
            reason_code="species_without_layer",
            reason=Text(
                en="No layer in use speaks of this species.",
                ru="Ни один из используемых слоёв не содержит этот вид.",
            ),
            covered_fraction=0.0,
            required=True,
        )
        for species in rulebook.species
        if species.id not in spoken_of
    ]


def _unjudged(encounters: Sequence[Encounter], findings: Sequence[Finding]) -> list[NotAssessed]:
    """Meetings that no rule made anything of: a layer or species that the rules do not know."""
    judged = {encounter.id for finding in findings for encounter in finding.encounters}
    return [
        NotAssessed(
            subject_id=f"encounter:{encounter.id}",
            subject=encounter.receptor.name,
            reason_code="no_rule",
            reason=Text(
                en=f"Met, but no rule judges it (layer {encounter.layer_id}).",
                ru=f"Затронуто, но ни одно правило этого не оценивает (слой {encounter.layer_id}).",
            ),
            covered_fraction=0.0,
            required=True,
            kp_ranges=encounter.kp_ranges,
        )
        for encounter in encounters
        if encounter.id not in judged
    ]


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


def context_of(layers: Sequence[tuple[Layer, Store]]) -> Sequence[MapFeature]:
    """Every state whole, for land, borders and the locator of the maps; read if a map is drawn."""
    return Late(
        lambda: [
            MapFeature(layer_id=layer.spec.name, receptor=receptor, geometry=geometry)
            for layer, store in layers
            if layer.spec.receptor_kind is ReceptorKind.STATE
            for receptor, geometry in zip(store.receptors, store.all_wholes(), strict=True)
        ]
    )


def open_layers(layers: Sequence[Layer], cache: Path) -> list[tuple[Layer, Store]]:
    """Every layer with its compiled store, compiled now where that was not done yet."""
    return [(layer, catalogue.open_layer(layer, cache)) for layer in layers]
