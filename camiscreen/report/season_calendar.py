"""The season calendar as a figure: sensitive months of each species against the works programme.

This module's one job. Filled means works under way, hollow none, dashed that nobody said: no
colour is needed to read it. The letter is the kind of event.
"""

from collections.abc import Sequence

from camiscreen.i18n import Translator
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.marks import figure_text
from camiscreen.report.seasons import MONTHS, Calendar, Cell, EventClass, EventRow, SpeciesSeasons
from camiscreen.report.strip_symbols import Key
from camiscreen.report.svg import Attribute, Drawing, Element, Ink, el, group
from camiscreen.report.tokens import PORTRAIT_PT

LEFT_PT = 168.0
MONTH_PT = 24.0
ROW_PT = 14.5
CELL_PT = (21.0, 11.0)
RIGHT_PT = LEFT_PT + 12 * MONTH_PT

_FILLS = {"birth": "ink", "rut": "ink3", "movement": "rule"}
_ON = {"birth": "paper", "rut": "paper", "movement": "ink"}
UNVERIFIED = "°"


class _Sheet:
    """The height reached, and what was drawn."""

    def __init__(self, tr: Translator) -> None:
        self.tr = tr
        self.parts: list[Element] = []
        self.y = 0.0

    def rule(self, x: float, colour: str = "hair", weight: float = 0.5) -> None:
        self.parts.append(
            el(
                "line", x1=x, y1=self.y, x2=PORTRAIT_PT, y2=self.y,
                stroke=Ink(colour), stroke_width=weight,
            )
        )  # fmt: skip


def draw_calendar(data: Calendar, tr: Translator, label: str) -> Drawing:
    """Programme, months, a row for each event, totals, key."""
    sheet = _Sheet(tr)
    _programme(sheet, data)
    _heads(sheet)
    top = sheet.y
    for species in data.species:
        _species(sheet, species)
    bottom = sheet.y
    _totals(sheet, data)
    _key(sheet, data)
    return Drawing(
        width=PORTRAIT_PT,
        height=sheet.y,
        label=label,
        root=(*_tints(data, top, bottom), *sheet.parts),
    )


def _x(month: int) -> float:
    """The left edge of a month."""
    return LEFT_PT + (month - 1) * MONTH_PT


def runs_of(months: Sequence[int]) -> list[tuple[int, int]]:
    """Months in a row as first and last; December and January are not joined on the page."""
    out: list[tuple[int, int]] = []
    for month in sorted(set(months)):
        if out and out[-1][1] == month - 1:
            out[-1] = (out[-1][0], month)
        else:
            out.append((month, month))
    return out


def _programme(sheet: _Sheet, data: Calendar) -> None:
    tr = sheet.tr
    sheet.parts.append(figure_text(tr.t("season.programme"), 0, sheet.y + 9, 7, weight=600))
    for works in data.works:
        where = tr.kp_range(works.kp_m) if works.kp_m else tr.t("season.whole_line")
        for first, last in runs_of(works.months):
            x, w = _x(first), (last - first + 1) * MONTH_PT
            box: dict[str, Attribute] = {"x": x, "y": sheet.y + 1, "width": w, "height": 11.0}
            sheet.parts.append(el("rect", **box, fill=Ink("accent")))
            if width_pt(where, 7, "figure-600") + 8 <= w:
                text = figure_text(where, x + 4, sheet.y + 9, 7, weight=600, fill="paper")
                sheet.parts.append(text)
        sheet.parts.append(
            figure_text(
                fit(where, 6.5, 90), LEFT_PT - 6, sheet.y + 9, 6.5, anchor="end", fill="ink3"
            )
        )
        sheet.y += 14
    if not data.stated:
        key = "season.part_stated" if data.works else "season.not_stated"
        box = {"x": _x(1), "y": sheet.y + 1, "width": 12 * MONTH_PT, "height": 11.0}
        sheet.parts.append(
            el("rect", **box, fill="none", stroke=Ink("ink"), stroke_width=0.8,
               stroke_dasharray="3 2.4")
        )  # fmt: skip
        said = fit(tr.t(key), 7, 12 * MONTH_PT - 10)
        sheet.parts.append(figure_text(said, _x(1) + 5, sheet.y + 9, 7))
        sheet.y += 14


def _heads(sheet: _Sheet) -> None:
    tr = sheet.tr
    sheet.y += 12
    for month in MONTHS:
        word = tr.t(f"month.short.{month}")
        middle = _x(month) + MONTH_PT / 2
        sheet.parts.append(figure_text(word, middle, sheet.y, 7, anchor="middle", weight=600))
    head = figure_text(tr.t("season.met"), PORTRAIT_PT, sheet.y, 6.5, anchor="end", fill="ink3")
    sheet.parts.append(head)
    sheet.y += 4


def _tints(data: Calendar, top: float, bottom: float) -> list[Element]:
    """Months of the programme, tinted through all rows."""
    months = {month for works in data.works for month in works.months}
    return [
        el(
            "rect", x=_x(first), y=top, width=(last - first + 1) * MONTH_PT, height=bottom - top,
            fill=Ink("accent-tint"),
        )
        for first, last in runs_of(sorted(months))
    ]  # fmt: skip


def _species(sheet: _Sheet, species: SpeciesSeasons) -> None:
    tr = sheet.tr
    sheet.rule(0, "rule")
    first = species.events[0].name + UNVERIFIED if species.events else tr.t("season.no_month")
    name = fit(species.name, 7, LEFT_PT - 8, "figure-600")
    aside = width_pt(name, 7, "figure-600") + width_pt(first, 7) + 18 > LEFT_PT
    sheet.parts.append(figure_text(name, 0, sheet.y + 10, 7, weight=600))
    if aside:
        sheet.y += 11
    if not species.events:
        text = fit(first, 7, LEFT_PT - 8)
        sheet.parts.append(
            figure_text(text, LEFT_PT - 6, sheet.y + 10, 7, anchor="end", fill="ink2")
        )
        sheet.parts.append(figure_text("–", PORTRAIT_PT, sheet.y + 10, 7, anchor="end"))
        sheet.y += ROW_PT
    for index, event in enumerate(species.events):
        if index:
            sheet.rule(LEFT_PT - 84)
        _event(sheet, event)


def _event(sheet: _Sheet, event: EventRow) -> None:
    name = event.name + ("" if event.verified else UNVERIFIED)
    text = fit(name, 7, LEFT_PT - 10)
    y = sheet.y
    sheet.parts.append(figure_text(text, LEFT_PT - 6, y + 10, 7, anchor="end", fill="ink2"))
    letter = sheet.tr.t(f"season.letter.{event.event_class}")
    for month, cell in event.cells:
        place = (_x(month) + MONTH_PT / 2, y + ROW_PT / 2)
        sheet.parts.append(cell_box(event.event_class, cell, letter, place))
    count = (str(event.met) if event.met else "–") + (
        UNVERIFIED if event.met and not event.verified else ""
    )
    if any(cell == "unknown" for _, cell in event.cells) and not event.met:
        count = "?"
    sheet.parts.append(figure_text(count, PORTRAIT_PT, y + 10, 7, anchor="end", weight=600))
    sheet.y += ROW_PT


def cell_box(event_class: EventClass, cell: Cell, letter: str, at: tuple[float, float]) -> Element:
    """A month of an event around a point: filled, hollow or dashed, with its letter."""
    (w, h), (x, y) = CELL_PT, at
    colour = Ink(_FILLS[event_class])
    box: dict[str, Attribute] = {"x": x - w / 2, "y": y - h / 2, "width": w, "height": h}
    if cell == "works":
        shape = el("rect", **box, fill=colour)
    else:
        more: dict[str, Attribute] = {"stroke_dasharray": "2.4 1.8"} if cell == "unknown" else {}
        inner: dict[str, Attribute] = {
            "x": x - w / 2 + 0.6, "y": y - h / 2 + 0.6, "width": w - 1.2, "height": h - 1.2,
        }  # fmt: skip
        shape = el("rect", **inner, fill=Ink("paper"), stroke=colour, stroke_width=1.2, **more)
    on = _ON[event_class] if cell == "works" else "ink"
    return group([shape, figure_text(letter, x, y + 2.5, 7, anchor="middle", weight=600, fill=on)])


def _totals(sheet: _Sheet, data: Calendar) -> None:
    tr = sheet.tr
    sheet.rule(0, "ink", 0.8)
    sheet.parts.append(figure_text(tr.t("season.in_month"), 0, sheet.y + 10, 7, weight=600))
    for month in MONTHS:
        text = _count(data.in_month(month, verified=True), data.in_month(month, verified=False))
        if not text and _unknown(data, month):
            text = "?"
        middle = _x(month) + MONTH_PT / 2
        sheet.parts.append(
            figure_text(text or "·", middle, sheet.y + 10, 7, anchor="middle", weight=600)
        )
    total = _count(data.met, data.met_unverified) or ("–" if data.stated else "?")
    sheet.parts.append(figure_text(total, PORTRAIT_PT, sheet.y + 10, 7, anchor="end", weight=600))
    sheet.y += ROW_PT + 6


def _unknown(data: Calendar, month: int) -> bool:
    return any((month, "unknown") in event.cells for row in data.species for event in row.events)


def _count(verified: int, unverified: int) -> str:
    """Both counts side by side: they are never added up."""
    first = str(verified) if verified else ""
    second = f"{unverified}{UNVERIFIED}" if unverified else ""
    return "+".join(filter(None, (first, second)))


def _key(sheet: _Sheet, data: Calendar) -> None:
    tr = sheet.tr
    classes = [e.event_class for s in data.species for e in s.events]
    states = [cell for s in data.species for e in s.events for _, cell in e.cells]
    key = Key(0, sheet.y + 6, PORTRAIT_PT)
    for name in ("birth", "rut", "movement"):
        if name in classes:
            letter = tr.t(f"season.letter.{name}")
            box = cell_box(name, "works", letter, (0, 0))
            key.add(box, tr.t(f"season.class.{name}"), CELL_PT[0])
    for cell in ("works", "no_works", "unknown"):
        if cell in states:
            box = cell_box("birth", cell, "", (0, 0))
            key.add(box, tr.t(f"season.cell.{cell}"), CELL_PT[0])
    if any(not e.verified for s in data.species for e in s.events):
        key.add(figure_text(UNVERIFIED, 0, 2.5, 7, anchor="middle"), tr.t("season.unverified"), 5)
    sheet.parts.extend(key.parts)
    sheet.y = key.y + 12
