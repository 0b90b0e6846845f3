"""The states and provinces that a project runs through, by chainage."""

from camiscreen.geometry.bundles import Ground
from camiscreen.measuring.meetings import kp_ranges, meetings
from camiscreen.measuring.project_pieces import Pieces
from camiscreen.model import LoadedLayer, ProvinceCrossed, StateCrossed


def states_crossed(pieces: Pieces, layer: LoadedLayer) -> tuple[StateCrossed, ...]:
    """The states that the project runs through, by chainage."""
    crossed = []
    for owner, meeting in meetings(pieces, layer, Ground(layer.tiles)).items():
        receptor = layer.receptors[owner]
        if receptor.attributes.get("disputed"):
            continue
        crossed.append(
            StateCrossed(
                iso3=receptor.id,
                name=receptor.name,
                cms_party=bool(receptor.attributes["cms_party"]),
                party_as_of=str(receptor.attributes["party_as_of"]),
                party_references=tuple(receptor.attributes["party_reference"]),
                kp_ranges=kp_ranges(pieces, meeting),
                length_m=pieces.lines.length_inside_m(meeting.on_lines),
                positional_accuracy_m=layer.spec.positional_accuracy_m,
            )
        )
    return tuple(sorted(crossed, key=lambda s: (s.kp_ranges[:1] or ((0.0, 0.0),), s.iso3)))


def provinces_crossed(pieces: Pieces, layer: LoadedLayer) -> tuple[ProvinceCrossed, ...]:
    """The first-level units that the project runs through, by chainage."""
    crossed = [
        ProvinceCrossed(
            id=layer.receptors[owner].id,
            name=layer.receptors[owner].name,
            state=str(layer.receptors[owner].attributes["state"]),
            disputed=bool(layer.receptors[owner].attributes["disputed"]),
            kp_ranges=kp_ranges(pieces, meeting),
            length_m=pieces.lines.length_inside_m(meeting.on_lines),
        )
        for owner, meeting in meetings(pieces, layer, Ground(layer.tiles)).items()
    ]
    return tuple(sorted(crossed, key=lambda p: (p.kp_ranges[:1] or ((0.0, 0.0),), p.id)))
