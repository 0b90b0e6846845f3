"""QGIS styles for the layers of the GeoPackage: colours, widths and marks of the report.

This module's one job. QGIS reads the table ``layer_styles`` of a GeoPackage and takes the style
that is marked as default; the text in it is its own style format (QML). Sizes are in millimetres.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from xml.etree import ElementTree as ET

from camiscreen.i18n import Translator
from camiscreen.reading.geopackage import GEOMETRY_COLUMN, Column, Table
from camiscreen.report.tokens import LEVELS, LIGHT, LINE_PT
from camiscreen.vocabulary import ReceptorKind

_MM = 25.4 / 72
_SHAPES = {
    "major": "diamond",
    "moderate": "triangle",
    "minor": "circle",
    "negligible": "circle",
    "not_assessed": "square",
}
"""The mark of each level, as in the report: a reader may not see colours."""

_SLOTS = ("sp-a", "sp-c", "sp-b", "sp-d", "sp-e", "sp-f")
_KIND_COLOURS = {kind: _SLOTS[number % len(_SLOTS)] for number, kind in enumerate(ReceptorKind)}
"""The colour of each kind of receptor; the fill is thin, since receptors lie over each other."""

_PLACEMENTS = {"around": "0", "line": "2", "inside": "1"}
"""Where QGIS puts a label, by the numbers that it gives to the ways: above a line is flag 10."""

_LEVELS = (*LEVELS, "not_assessed", "none")
_COLUMNS = (
    "f_table_catalog",
    "f_table_schema",
    "f_table_name",
    "f_geometry_column",
    "styleName",
    "styleQML",
    "styleSLD",
    "useAsDefault",
    "description",
    "owner",
    "ui",
    "update_time",
)


def layer_styles(names: Sequence[str], tr: Translator, changed_on: str) -> Table:
    """The table of styles for the layers of some names."""
    return Table(
        name="layer_styles",
        title="layer_styles",
        description="",
        columns=tuple(
            Column(name=name, kind="BOOLEAN" if name == "useAsDefault" else "TEXT")
            for name in _COLUMNS
        ),
        rows=tuple(
            ("", "", name, GEOMETRY_COLUMN, name, _STYLES[name](tr), "", True,
             tr.t(f"export.layer.{name}"), "", "", f"{changed_on}T00:00:00.000Z")
            for name in names
        ),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------
# One style a layer
# ----------------------------------------------------------------------------------------------


def _alignment(_: Translator) -> str:
    line = _line("ink", 0.5)
    return _qml(_single(_symbol("line", "0", line)))


def _kp_points(_: Translator) -> str:
    minor = _symbol("marker", "0", _marker("circle", "paper", 1.0, "ink"))
    major = _symbol("marker", "1", _marker("circle", "ink", 1.8, "ink"))
    return _qml(
        _categories("step_km", [("1", "1 km", minor), ("10", "10 km", major)]),
        _labels('CASE WHEN "step_km" = 10 THEN "label" END', "around", expression=True),
    )


def _by_level(tr: Translator) -> ET.Element:
    categories = []
    for number, level in enumerate(_LEVELS):
        colour = _level_colour(level)
        width = LINE_PT.get("na" if level == "not_assessed" else level, 1.0) * _MM
        dash = "dash" if level == "not_assessed" else "solid"
        layers = [_line("ink", width + 0.3), _line(colour, width, dash)]
        if level in _SHAPES:
            layers.append(_mark_along(_SHAPES[level], colour))
        shown = tr.t("level.na" if level == "not_assessed" else f"level.{level}")
        categories.append((level, shown, _symbol("line", str(number), *layers)))
    return _categories("significance", categories)


def _stretches(tr: Translator) -> str:
    return _qml(_by_level(tr))


def _finding_segments(tr: Translator) -> str:
    return _qml(_by_level(tr), _labels("number", "line"))


def _not_assessed(_: Translator) -> str:
    line = _symbol("line", "0", _line("ink", 0.9), _line("paper", 0.6, "dash"))
    return _qml(_single(line), _labels("number", "line"))


def _encounters_line(_: Translator) -> str:
    return _qml(_single(_symbol("line", "0", _line("accent", 0.6))))


def _place(_: Translator) -> str:
    return _qml(_single(_symbol("marker", "0", _marker("cross2", "accent", 2.4, "accent"))))


def _encounters_area(_: Translator) -> str:
    return _qml(_single(_symbol("fill", "0", _fill("accent", 70, "accent", 0.3))))


def _receptors_area(tr: Translator) -> str:
    categories = [
        (str(kind), tr.word(kind), _symbol("fill", str(number), _fill(colour, 14, colour, 0.35)))
        for number, (kind, colour) in enumerate(_KIND_COLOURS.items())
    ]
    return _qml(_categories("receptor_kind", categories), _labels("name", "inside"))


def _receptors_line(_: Translator) -> str:
    return _qml(_single(_symbol("line", "0", _line("sp-c", 0.5))), _labels("name", "line"))


def _receptors_point(_: Translator) -> str:
    symbol = _symbol("marker", "0", _marker("circle", "sp-c", 2.4, "ink"))
    return _qml(_single(symbol), _labels("name", "around"))


def _zones(_: Translator) -> str:
    return _qml(
        _single(_symbol("fill", "0", _fill("accent-tint", 60, "accent", 0.26, "dash"))),
        _labels("title", "inside"),
    )


def _loss_zones(_: Translator) -> str:
    return _qml(
        _single(_symbol("fill", "0", _fill("accent", 36, "accent", 0.25, "dash"))),
        _labels("species", "inside"),
    )


def _enclosures(tr: Translator) -> str:
    categories = [
        (
            value,
            tr.t(f"map.legend.{key}"),
            _symbol("fill", value, _fill("ink2", 36, "ink2", 0.25, dash)),
        )
        for value, key, dash in (("0", "closed", "dash"), ("1", "closed_planned", "dot"))
    ]
    return _qml(_categories("with_planned", categories), _labels("species", "inside"))


def _project_line(_: Translator) -> str:
    return _qml(_single(_symbol("line", "0", _line("ink2", 0.4))))


def _project_area(_: Translator) -> str:
    return _qml(_single(_symbol("fill", "0", _fill("ink2", 60, "ink", 0.5))))


def _project_point(_: Translator) -> str:
    return _qml(_single(_symbol("marker", "0", _marker("square", "ink", 2.6, "paper"))))


_STYLES: Mapping[str, Callable[[Translator], str]] = {
    "zones": _zones,
    "loss_zones": _loss_zones,
    "enclosures": _enclosures,
    "receptors_point": _receptors_point,
    "receptors_line": _receptors_line,
    "receptors_area": _receptors_area,
    "project_point": _project_point,
    "project_line": _project_line,
    "project_area": _project_area,
    "alignment": _alignment,
    "kp_points": _kp_points,
    "stretches": _stretches,
    "finding_segments": _finding_segments,
    "not_assessed_segments": _not_assessed,
    "encounters_point": _place,
    "encounters_line": _encounters_line,
    "encounters_area": _encounters_area,
}


# ----------------------------------------------------------------------------------------------
# QML
# ----------------------------------------------------------------------------------------------


def _level_colour(level: str) -> str:
    if level == "none":
        return "ink3"
    return "sig-na" if level == "not_assessed" else f"sig-{level}"


def _rgba(token: str, alpha: int = 255) -> str:
    code = LIGHT[token].removeprefix("#")
    red, green, blue = (int(code[i : i + 2], 16) for i in (0, 2, 4))
    return f"{red},{green},{blue},{alpha}"


def _qml(renderer: ET.Element, labels: ET.Element | None = None) -> str:
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling",
        labelsEnabled="0" if labels is None else "1",
    )
    root.append(renderer)
    if labels is not None:
        root.append(labels)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _single(symbol: ET.Element) -> ET.Element:
    renderer = ET.Element("renderer-v2", type="singleSymbol", enableorderby="0", symbollevels="0")
    ET.SubElement(renderer, "symbols").append(symbol)
    return renderer


def _categories(field: str, items: Sequence[tuple[str, str, ET.Element]]) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2", type="categorizedSymbol", attr=field, enableorderby="0", symbollevels="0"
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (value, label, symbol) in enumerate(items):
        ET.SubElement(
            categories, "category", value=value, label=label, symbol=str(number), render="true"
        )
        symbols.append(symbol)
    return renderer


def _symbol(kind: str, name: str, *layers: ET.Element) -> ET.Element:
    symbol = ET.Element(
        "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    symbol.extend(layers)
    return symbol


def _layer(cls: str, options: Mapping[str, str]) -> ET.Element:
    element = ET.Element("layer", {"class": cls, "enabled": "1", "locked": "0", "pass": "0"})
    listed = ET.SubElement(element, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(listed, "Option", name=name, type="QString", value=value)
    return element


def _line(colour: str, width_mm: float, style: str = "solid") -> ET.Element:
    return _layer(
        "SimpleLine",
        {
            "line_color": _rgba(colour),
            "line_width": f"{width_mm:.2f}",
            "line_width_unit": "MM",
            "line_style": style,
            "capstyle": "flat",
            "joinstyle": "round",
        },
    )


def _marker(shape: str, colour: str, size_mm: float, edge: str) -> ET.Element:
    return _layer(
        "SimpleMarker",
        {
            "name": shape,
            "color": _rgba(colour),
            "outline_color": _rgba(edge),
            "outline_width": "0.25",
            "size": f"{size_mm:.2f}",
            "size_unit": "MM",
        },
    )


def _mark_along(shape: str, colour: str) -> ET.Element:
    layer = _layer(
        "MarkerLine",
        {"placement": "centralpoint", "placements": "CentralPoint", "rotate": "0"},
    )
    layer.append(_symbol("marker", "@mark", _marker(shape, colour, 3.2, "ink")))
    return layer


def _fill(
    colour: str, alpha: int, edge: str, edge_mm: float, edge_style: str = "solid"
) -> ET.Element:
    return _layer(
        "SimpleFill",
        {
            "color": _rgba(colour, alpha),
            "style": "solid",
            "outline_color": _rgba(edge),
            "outline_width": f"{edge_mm:.2f}",
            "outline_width_unit": "MM",
            "outline_style": edge_style,
        },
    )


def _labels(
    field: str, placement: Literal["around", "line", "inside"], *, expression: bool = False
) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=field,
        isExpression=str(int(expression)),
        fontFamily="Noto Sans",
        fontSize="8",
        fontSizeUnit="Point",
        textColor=_rgba("ink"),
        textOpacity="1",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=_rgba("paper"),
        bufferOpacity="1",
    )
    ET.SubElement(
        settings,
        "placement",
        placement=_PLACEMENTS[placement],
        placementFlags="10",
        dist="1.2",
        distUnits="MM",
        priority="5",
    )
    ET.SubElement(settings, "rendering", drawLabels="1", scaleVisibility="0", obstacle="1")
    return labeling
