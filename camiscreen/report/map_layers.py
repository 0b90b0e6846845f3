"""The layers and places of the findings map, as a reader on screen names, hides and follows them.

This module's one job is their names and links; how they look is the business of their own modules.
"""

from collections.abc import Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import Finding, NotAssessed
from camiscreen.report import map_ranges, map_screen
from camiscreen.report.anchors import finding_anchor, gap_anchor, place_anchor, stretch_anchor
from camiscreen.report.map_frame import Frame
from camiscreen.report.map_legend import Name
from camiscreen.report.map_ranges import RangeOnMap
from camiscreen.report.stretches import Stretch
from camiscreen.report.svg import DrawnLayer, Element
from camiscreen.report.text import short


def range_layers(
    frame: Frame,
    hatched: Sequence[RangeOnMap],
    further: Sequence[RangeOnMap],
    *,
    shapes: Mapping[str, BaseGeometry],
    names: Mapping[str, Name],
    prefix: str,
    key_prefix: str,
) -> tuple[list[Element], list[DrawnLayer]]:
    """A layer for each range, the first on top; ``further`` ones are hidden at first.

    Patterns have the ids of ``prefix`` on the map and of ``key_prefix`` beside it.
    """
    layers: list[DrawnLayer] = []
    bands: list[Element] = []
    for index, item in enumerate([*hatched, *further]):
        name = names[item.species_id]
        drawn = DrawnLayer(
            key=f"range-{index}",
            label=name.common,
            pattern=f"{key_prefix}-{item.slot}",
            colour=f"sp-{item.slot}",
            shown=index < len(hatched),
        )
        band = map_ranges.draw_band(frame, shapes[item.species_id], item.slot, prefix)
        tip = f"{name.common}, {name.latin}" if name.latin else name.common
        bands.insert(0, map_screen.layer(drawn.key, [band], tip=tip, shown=drawn.shown))
        layers.append(drawn)
    return bands, layers


def further(zone: str, more: Sequence[DrawnLayer], tr: Translator) -> list[DrawnLayer]:
    """The layers that follow the ranges. ``zone`` is what the zone drawn is called, if one is."""
    return [
        *([DrawnLayer(key="zone", label=zone, dash="1.8 1.8")] if zone else []),
        *more,
        DrawnLayer(key="findings", label=tr.t("screen.layer_findings")),
        DrawnLayer(key="kp", label=tr.t("screen.layer_kp")),
        DrawnLayer(key="names", label=tr.t("screen.layer_names")),
    ]


def stretch_places(parts: Sequence[Stretch], tr: Translator) -> list[map_screen.Place]:
    """What each stretch says and leads to: chainage, length, level and the findings on it."""
    return [
        map_screen.Place(
            anchor=place_anchor(index),
            row=stretch_anchor(index),
            findings=tuple(finding.number for finding in stretch.findings),
            tip=", ".join(
                part
                for part in (
                    tr.kp_range((stretch.from_m, stretch.to_m)),
                    tr.km(stretch.length_m),
                    tr.t(f"level.{stretch.level}"),
                    " ".join(finding.number for finding in stretch.findings),
                )
                if part
            ),
        )
        for index, stretch in enumerate(parts)
    ]


def finding_links(findings: Sequence[Finding], tr: Translator) -> tuple[map_screen.Link, ...]:
    """From the numbers on one label to the card of each."""
    return tuple(
        map_screen.Link(
            text=finding.number,
            anchor=finding_anchor(finding.number),
            tip=f"{finding.number} {short(tr.text(finding.title))}",
        )
        for finding in findings
    )


def gap_links(number: int, gap: NotAssessed, tr: Translator) -> tuple[map_screen.Link, ...]:
    """From the number on a label to what was not assessed there."""
    name = f"N{number}"
    tip = f"{name} {short(tr.text(gap.subject))}"
    return (map_screen.Link(text=name, anchor=gap_anchor(name), tip=tip),)
