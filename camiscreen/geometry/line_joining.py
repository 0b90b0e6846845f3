"""Ways of a barrier layer -> lines: one railway of a thousand ways is one line.

Ways of one layer, kind and status that carry the same name or number are one line, wherever they
lie. Ways without either are joined where their ends meet, and to the one named line that they touch
if there is just one: two named lines are never joined by what lies between them.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.model import ExistingLine, LoadedLayer, Receptor, Text
from camiscreen.values import dataclass

Key: TypeAlias = tuple[str, bool, str]
"""Kind, whether planned, and the name or number of a line."""

End: TypeAlias = tuple[float, float]
"""Longitude and latitude of an end, rounded."""

PLANNED = frozenset(
    {"planned", "proposed", "construction", "shelved", "announced", "pre-construction", "project"}
)
"""Words of a status or class that mean: not in use yet."""

_UNNAMED = {
    "railway": Text(en="railway without a name", ru="железная дорога без названия"),
    "highway": Text(en="road without a name", ru="дорога без названия"),
    "pipeline": Text(en="pipeline without a name", ru="трубопровод без названия"),
    "barrier": Text(en="fence or wall without a name", ru="ограждение без названия"),
}
_LINE = Text(en="line without a name", ru="линия без названия")
_END_DECIMALS = 6
"""Ends that agree to 0.1 m are one place."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JoinedLine:
    """A line, and the tiles of all its ways."""

    line: ExistingLine
    tiles: NDArray[np.object_]


def is_planned(receptor: Receptor) -> bool:
    """Whether a barrier is planned or being built: by its status, else by its class."""
    own = receptor.attributes
    word = str(own.get("status") or own.get("class") or "").lower()
    return word.removeprefix("railway=") in PLANNED


def join(layer: LoadedLayer) -> list[JoinedLine]:
    """The lines of one layer that a project can reach, sorted by id; areas are left out."""
    thin = np.flatnonzero(shapely.get_dimensions(layer.tiles) == 1)
    if not len(thin):
        return []
    thin = thin[np.argsort(layer.owners[thin], kind="stable")]
    owners, first = np.unique(layer.owners[thin], return_index=True)
    tiles = np.split(layer.tiles[thin], first[1:])
    ways = {int(owner): part for owner, part in zip(owners, tiles, strict=True)}
    ends = {owner: _ends(part) for owner, part in ways.items()}
    named, nameless = _sorted_out(layer.receptors, ways)
    at: dict[Hashable, set[Key]] = defaultdict(set)
    for key, members in named.items():
        for end in set().union(*(ends[owner] for owner in members)):
            at[(*key[:2], *end)].add(key)
    for kind, group in _components(nameless, ends, layer.receptors):
        touched = set().union(
            *(at.get((*kind, *end), set()) for owner in group for end in ends[owner])
        )
        if len(touched) == 1:
            named[touched.pop()] += group
        else:
            named[(*kind, f"#{layer.receptors[min(group)].id}")] += group
    found = [_line(layer, key, members, ways) for key, members in named.items()]
    return sorted(found, key=lambda item: item.line.id)


def _sorted_out(
    receptors: Sequence[Receptor], ways: Mapping[int, object]
) -> tuple[dict[Key, list[int]], list[int]]:
    named: dict[Key, list[int]] = defaultdict(list)
    nameless = []
    for owner in ways:
        receptor = receptors[owner]
        own = receptor.attributes
        identity = str(own.get("line", receptor.name.en))
        if identity:
            named[(*_kind(receptor), identity)].append(owner)
        else:
            nameless.append(owner)
    return named, nameless


def _components(
    owners: Sequence[int], ends: Mapping[int, set[End]], receptors: Sequence[Receptor]
) -> list[tuple[tuple[str, bool], list[int]]]:
    """Nameless ways of one kind and status that hang together by their ends."""
    parent = {owner: owner for owner in owners}

    def root(owner: int) -> int:
        while parent[owner] != owner:
            parent[owner] = parent[parent[owner]]
            owner = parent[owner]
        return owner

    kinds = {owner: _kind(receptors[owner]) for owner in owners}
    at: dict[Hashable, int] = {}
    for owner in owners:
        for end in ends[owner]:
            other = at.setdefault((*kinds[owner], *end), owner)
            parent[root(owner)] = root(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for owner in owners:
        groups[root(owner)].append(owner)
    return [(kinds[group[0]], group) for group in groups.values()]


def _kind(receptor: Receptor) -> tuple[str, bool]:
    return str(receptor.attributes.get("kind", "")), is_planned(receptor)


def _ends(tiles: NDArray[np.object_]) -> set[End]:
    """Both ends of every piece of a way, rounded."""
    lines = shapely.get_parts(tiles)
    points = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    xy = np.round(shapely.get_coordinates(points), _END_DECIMALS)
    return set(map(tuple, xy.tolist()))


def _line(
    layer: LoadedLayer,
    key: Key,
    members: Sequence[int],
    ways: Mapping[int, NDArray[np.object_]],
) -> JoinedLine:
    kind, planned, identity = key
    receptors = [layer.receptors[owner] for owner in sorted(members)]
    name = _UNNAMED.get(kind, _LINE)
    if not identity.startswith("#"):
        name = next(r.name for r in receptors if r.attributes.get("line", r.name.en))
    status = "planned" if planned else "existing"
    return JoinedLine(
        line=ExistingLine(
            id=f"{layer.spec.name}:{kind or 'line'}:{status}:{identity}",
            layer_id=layer.spec.name,
            name=name,
            kind=kind,
            planned=planned,
            receptor_ids=tuple(receptor.id for receptor in receptors),
            positional_accuracy_m=layer.spec.positional_accuracy_m,
        ),
        tiles=np.concatenate([ways[owner] for owner in sorted(members)]),
    )


def all_tiles(lines: Sequence[JoinedLine]) -> list[BaseGeometry]:
    """The tiles of several lines."""
    return [tile for line in lines for tile in line.tiles]
