"""What the properties of features say about a project: its kind, its name, its fencing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from camiscreen.vocabulary import Fencing, Kind

_KIND_WORDS = {
    Kind.ROAD: "road, highway, motorway, expressway, дорога, автодорога, автомобильная дорога, "
    "автомагистраль, шоссе",
    Kind.RAILWAY: "railway, railroad, rail, железная дорога, ж/д, жд",
    Kind.PIPELINE: "pipeline, gas pipeline, oil pipeline, трубопровод, газопровод, нефтепровод",
    Kind.FENCE: "fence, border fence, wall, забор, ограда, ограждение, изгородь",
    Kind.POWER_LINE: "power line, powerline, transmission line, лэп, линия электропередачи",
    Kind.CANAL: "canal, канал",
    Kind.MINE: "mine, quarry, рудник, карьер, шахта",
}
_KIND_OF_WORD = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split(", ")}

# A dBASE field name has ten characters.
_KIND_FIELDS = ("infrastructure", "infrastruc", "kind")

# Lines that stand or are to be built; no stops, stations and platforms, and nothing abandoned.
_HIGHWAYS = (
    "motorway, motorway_link, trunk, trunk_link, primary, primary_link, secondary, secondary_link, "
    "tertiary, tertiary_link, unclassified, residential, living_street, service, track, road, "
    "busway, bus_guideway, escape, raceway, construction, proposed, planned, yes"
)
_RAILWAYS = (
    "rail, light_rail, narrow_gauge, tram, subway, monorail, funicular, miniature, preserved, "
    "construction, proposed, planned, yes"
)
_OSM_TAGS = (
    ("highway", frozenset(_HIGHWAYS.split(", ")), Kind.ROAD),
    ("railway", frozenset(_RAILWAYS.split(", ")), Kind.RAILWAY),
    ("man_made", frozenset({"pipeline"}), Kind.PIPELINE),
    ("power", frozenset({"line", "minor_line"}), Kind.POWER_LINE),
    ("barrier", frozenset({"fence", "wall"}), Kind.FENCE),
    ("waterway", frozenset({"canal", "ditch", "drain"}), Kind.CANAL),
    ("landuse", frozenset({"quarry"}), Kind.MINE),
    ("man_made", frozenset({"mineshaft"}), Kind.MINE),
)
_GEOFABRIK_LAYERS = (("railways", Kind.RAILWAY), ("roads", Kind.ROAD))

_UNPRINTABLE = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"

_YES = frozenset({"yes", "true", "1", "да"})
_NO = frozenset({"no", "false", "0", "нет"})


def kind_of(properties: Mapping[str, Any], layer_name: str) -> Kind | None:
    """The kind that fields or OSM tags name; the feature's name never decides.

    ``layer_name`` tells the layers of Geofabrik's extracts apart, which carry no tag keys.
    """
    fields = _fields(properties)
    for word in kind_words(properties):
        if found := _KIND_OF_WORD.get(_plain(word)):
            return found
    for key, values, kind in _OSM_TAGS:
        # OSM writes several values of one key with semicolons between them.
        if values & {value.strip().lower() for value in fields.get(key, "").split(";")}:
            return kind
    if "fclass" in fields:
        for part, kind in _GEOFABRIK_LAYERS:
            if part in layer_name.lower():
                return kind
    return None


def kind_words(properties: Mapping[str, Any]) -> list[str]:
    """What stands in the fields that name the kind."""
    fields = _fields(properties)
    return [fields[name] for name in _KIND_FIELDS if name in fields]


def kind_tags(properties: Mapping[str, Any]) -> list[str]:
    """OSM tags of which another value would name the kind, such as ``railway=abandoned``."""
    fields = _fields(properties)
    return [
        f"{key}={fields[key]}" for key in dict.fromkeys(k for k, *_ in _OSM_TAGS) if key in fields
    ]


def name_of(properties: Mapping[str, Any]) -> str | None:
    """The name or title that a feature carries, None without one."""
    fields = _fields(properties)
    return next((fields[key] for key in ("name", "title") if key in fields), None)


def fencing_of(properties: Sequence[Mapping[str, Any]]) -> Fencing:
    """Whether all features say that the project is fenced, or all that it is not."""
    said = {_fencing(_fields(one)) for one in properties}
    return said.pop() if len(said) == 1 else Fencing.UNKNOWN


def _fencing(fields: Mapping[str, str]) -> Fencing:
    word = _plain(fields.get("fenced") or fields.get("fencing") or "")
    return Fencing.YES if word in _YES else Fencing.NO if word in _NO else Fencing.UNKNOWN


def clean(text: str) -> str:
    """The text in one line: control characters, and what no file can hold, become a space."""
    return text.strip() if text.isprintable() else re.sub(_UNPRINTABLE, " ", text).strip()


def _fields(properties: Mapping[str, Any]) -> dict[str, str]:
    """Properties as text under lower-case keys, OSM's nested tags included, empty ones left out."""
    tags = properties.get("tags")
    hstore = re.findall(r'"([^"]+)"=>"([^"]*)"', str(properties.get("other_tags") or ""))
    everything = {**dict(hstore), **(tags if isinstance(tags, Mapping) else {}), **properties}
    found: dict[str, str] = {}
    for key, value in everything.items():
        if isinstance(value, str | int | float) and (text := clean(str(value))):
            found.setdefault(str(key).strip().lower(), text)
    return found


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").replace("-", " ").split()).lower()
