"""Which layer speaks of a taxon where several do: the user's, if it is the better one.

A range that a user brought stands in the place of a coarser one of the same taxon wherever it
covers as much of the project. What is set aside is kept and told: nothing is replaced in silence.
"""

from collections.abc import Sequence
from dataclasses import replace

from camiscreen.model import Encounter, Exposure, LoadedLayer, Replacement
from camiscreen.vocabulary import Confidence, ReceptorKind

Trust = tuple[Confidence, float]
"""Confidence, then positional accuracy with its sign turned: the greater is the better."""


def settle(
    exposure: Exposure, layers: Sequence[LoadedLayer]
) -> tuple[Exposure, tuple[Replacement, ...]]:
    """The exposure without what better layers replace, and every replacement, also refused ones."""
    ranges = [layer for layer in layers if layer.spec.receptor_kind is ReceptorKind.SPECIES_RANGE]
    replacements: list[Replacement] = []
    for species_id in sorted({id_ for layer in ranges for id_ in layer.spec.replaces}):
        better = max(
            (layer for layer in ranges if species_id in layer.spec.replaces),
            key=lambda layer: (*_trust(layer, species_id), _age(layer), layer.spec.name),
        )
        for other in sorted(ranges, key=lambda layer: layer.spec.name):
            if other is not better and _speaks_of(other, species_id, exposure):
                replacements += _replacement(species_id, better, other, exposure)
    dropped = {encounter.id for item in replacements for encounter in item.dropped}
    widest = max((c.covered_fraction for c in exposure.coverage if c.present), default=0.0)
    covered = {
        f"species:{id_}"
        for layer in ranges
        for id_ in layer.spec.replaces
        if _fraction(layer, exposure) >= widest > 0
    }
    settled = replace(
        exposure,
        encounters=tuple(e for e in exposure.encounters if e.id not in dropped),
        not_assessed=tuple(gap for gap in exposure.not_assessed if gap.subject_id not in covered),
    )
    return settled, tuple(replacements)


def _replacement(
    species_id: str, better: LoadedLayer, other: LoadedLayer, exposure: Exposure
) -> list[Replacement]:
    """One replacement, or none where the other layer is as good."""
    if _trust(better, species_id) <= _trust(other, species_id) and not other.spec.is_users:
        return []
    covers = _covers(better, other, exposure)
    return [
        Replacement(
            species_id=species_id,
            layer_id=better.spec.name,
            replaced_layer_id=other.spec.name,
            dropped=_of(other, species_id, exposure) if covers else (),
            kept=not covers,
        )
    ]


def _of(layer: LoadedLayer, species_id: str, exposure: Exposure) -> tuple[Encounter, ...]:
    return tuple(
        encounter
        for encounter in exposure.encounters
        if encounter.layer_id == layer.spec.name and encounter.species_id == species_id
    )


def _speaks_of(layer: LoadedLayer, species_id: str, exposure: Exposure) -> bool:
    assessed = {taxon.id for taxon in layer.taxa if taxon.status == "assessed"}
    return species_id in assessed | set(layer.spec.species) or bool(
        _of(layer, species_id, exposure)
    )


def _trust(layer: LoadedLayer, species_id: str) -> Trust:
    """That of the taxon where the layer states one, else that of the layer."""
    confidence, accuracy_m = layer.spec.confidence, layer.spec.positional_accuracy_m
    for taxon in layer.taxa:
        if taxon.id == species_id:
            confidence = min(confidence, taxon.confidence or confidence)
            accuracy_m = max(accuracy_m, taxon.positional_accuracy_m or accuracy_m)
    return confidence, -accuracy_m


def _age(layer: LoadedLayer) -> tuple[str, str]:
    """Dates as text, the later the greater."""
    origin = layer.spec.origin
    return (origin.data_date or "", origin.added_on) if origin else ("", "")


def _fraction(layer: LoadedLayer, exposure: Exposure) -> float:
    return next(
        (c.covered_fraction for c in exposure.coverage if c.layer_id == layer.spec.name), 0.0
    )


def _covers(better: LoadedLayer, other: LoadedLayer, exposure: Exposure) -> bool:
    """Whether the better layer speaks of as much of the project as the other, in every state."""
    states = set(better.spec.coverage.states)
    crossed = {state.iso3 for state in exposure.states}
    return _fraction(better, exposure) >= _fraction(other, exposure) and (
        not states or crossed <= states
    )
