"""The figures: what they show against the screening they are drawn from."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from camiscreen import screening
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import (
    Design,
    Enclosure,
    Finding,
    KpRange,
    Rulebook,
    Screening,
    Structure,
    Text,
    WorksStretch,
)
from camiscreen.reading import project_file
from camiscreen.report import blocks as b
from camiscreen.report import figures, raster, strip_map
from camiscreen.report.document import compose
from camiscreen.report.seasons import Calendar, calendar
from camiscreen.report.sections.common import make_context
from camiscreen.report.stretches import stretches
from camiscreen.report.strip_base import Strip
from camiscreen.report.strip_rows import (
    Sign,
    closed,
    cut,
    lanes,
    level_runs,
    signs,
    species_rows,
)
from camiscreen.report.strip_signs import place_signs
from camiscreen.vocabulary import Kind, StructureType
from tests.conftest import make_project, run_here
from tests.report import sample
from tests.report.test_document import LANGUAGES, SAMPLES, walk

SVG = "{http://www.w3.org/2000/svg}"
EN = Translator("en")


@pytest.fixture(scope="session")
def iran(root: Path, book: Rulebook, opened: Sequence[tuple[Layer, Store]]) -> Screening:
    """A road of the examples, with the shipped layers and rules."""
    return screened(root / "examples" / "semnan-sabzevar-road.geojson", book, opened, Design())


def screened(
    path: Path, book: Rulebook, opened: Sequence[tuple[Layer, Store]], design: Design
) -> Screening:
    project = project_file.read_project(str(path), kind=None, design=design, layers=(), stdin=None)
    return screening.screen(project, list(opened), book, generated_on="2026-11-22")


def texts(drawing: b.Drawing) -> list[str]:
    """Every line of text of a drawing, each once where it has a halo."""
    tree = ElementTree.fromstring(drawing.for_print())
    return [
        element.text or ""
        for element in tree.iter(f"{SVG}text")
        if element.get("aria-hidden") != "true"
    ]


def named(screened: Screening, language: str = "en") -> dict[str, b.Figure]:
    return dict(figures.named(compose(screened, Translator(language))))


# ----------------------------------------------------------------------------------------------
# All figures
# ----------------------------------------------------------------------------------------------


def test_a_report_has_every_figure(iran: Screening) -> None:
    assert list(named(iran)) == [
        "cover", "level-bar", "locator-map", "species-panels", "findings-map", "strip-map",
        "significance-matrix", "season-calendar", "mitigation-ladder",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_files_of_figures_stand_alone_and_repeat(name: str, language: str) -> None:
    document = compose(SAMPLES[name](), Translator(language))
    again = compose(SAMPLES[name](), Translator(language))
    files = figures.files(document)
    assert files == figures.files(again)
    for data in files.values():
        source = data.decode("utf-8")
        tree = ElementTree.fromstring(source)
        assert tree.get("role") == "img"
        assert tree.get("aria-label")
        assert "var(" not in source
        ids = [e.get("id") for e in tree.iter() if e.get("id")]
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([\w-]+)\)", source)) <= set(ids)
        families = {e.get("font-family") for e in tree.iter(f"{SVG}text")}
        assert families <= {"Noto Sans, Noto Sans Mono, sans-serif"}


@pytest.mark.parametrize("name", ["railway", "nothing found", "outside", "mine"])
def test_figures_of_one_report_share_no_ids(name: str) -> None:
    ids = [
        element.get("id")
        for figure in named(SAMPLES[name]()).values()
        for element in ElementTree.fromstring(figure.drawing.for_screen()).iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_smaller_than_can_be_read(iran: Screening, language: str) -> None:
    for figure in named(iran, language).values():
        tree = ElementTree.fromstring(figure.drawing.for_print())
        assert all(float(e.get("font-size", "0")) >= 6.5 for e in tree.iter(f"{SVG}text"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_wide_figures_fit_on_a_page_on_its_side(iran: Screening, language: str) -> None:
    for name, figure in named(iran, language).items():
        if figure.drawing.width > 493 and name != "cover":
            assert figure.drawing.height <= strip_map.MOST_PT


def test_png_of_a_figure_has_its_size_and_repeats() -> None:
    drawing = named(sample.screening())["level-bar"].drawing
    data = raster.png(drawing, 2.0)
    assert data.startswith(b"\x89PNG")
    width, height = (int.from_bytes(data[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (round(drawing.width * 2), round(drawing.height * 2))
    assert data == raster.png(drawing, 2.0)


def test_check_writes_the_figures_whatever_the_formats(tmp_path: Path, root: Path) -> None:
    route = root / "examples" / "semnan-sabzevar-road.geojson"
    args = ["check", route, "--format", "json", "--out", tmp_path, "--date", "2026-11-22", "-q"]
    assert run_here(*args).returncode == 0
    assert not list(tmp_path.glob("*.svg"))
    assert run_here(*args, "--figures").returncode == 0
    written = {p.name: p.read_bytes() for p in tmp_path.glob("*.svg")}
    assert "semnan-sabzevar-road.strip-map.svg" in written
    assert len(written) == 9
    assert run_here(*args, "--figures", "--format", "pdf").returncode == 0
    assert written == {p.name: p.read_bytes() for p in tmp_path.glob("*.svg")}


# ----------------------------------------------------------------------------------------------
# Strip map
# ----------------------------------------------------------------------------------------------


def test_every_finding_of_the_line_is_on_the_strip(iran: Screening) -> None:
    drawn = " ".join(texts(named(iran)["strip-map"].drawing)).split()
    here = [f.number for f in iran.findings if f.kp_ranges]
    assert len(here) > 15
    assert set(here) <= set(drawn)


def test_the_strip_shows_every_species_with_kilometres_and_share(iran: Screening) -> None:
    drawn = texts(named(iran)["strip-map"].drawing)
    rows = species_rows(iran, EN)
    assert {row.name for row in rows} == {
        "Persian leopard", "Asiatic cheetah", "Asiatic wild ass (khulan)", "Goitered gazelle",
        "Urial", "Chinkara (jabeer gazelle)",
    }  # fmt: skip
    for row in rows:
        assert row.name in drawn
        assert any(text.startswith(f"{EN.number(row.crossed_m / 1000)} · ") for text in drawn)


def test_what_no_layer_can_say_is_not_called_absent() -> None:
    not_assessed = "no layer in use speaks of this here: not assessed"
    drawn = texts(named(sample.screening())["strip-map"].drawing)
    assert drawn.count(not_assessed) == 3
    (strip,) = figures.strips(make_context(sample.outside(), EN))
    beyond = texts(strip.drawing)
    assert beyond.count(not_assessed) == 4


def test_a_line_with_crowded_structures_is_also_drawn_in_parts() -> None:
    base = sample.screening()
    length_m = base.project.chainage_length_m
    close = tuple(
        Structure(at_m=at, type=StructureType.CULVERT) for at in (100_000.0, 101_000.0, 400_000.0)
    )
    design = replace(base.project.design, structures=close)
    crowded = replace(base, project=replace(base.project, design=design))
    first, *parts = strip_map.windows(crowded)
    assert first == (0.0, length_m)
    assert [a for a, _ in parts] == [0.0, *(b for _, b in parts[:-1])]
    assert parts[-1][1] == length_m
    assert all(b - a <= strip_map.DETAIL_M for a, b in parts)
    assert strip_map.windows(base) == ((0.0, length_m),)
    names = [name for name in named(crowded) if name.startswith("strip-map")]
    assert names == ["strip-map", *(f"strip-map-{i}" for i in range(1, len(parts) + 1))]


kilometres = st.integers(0, 900).map(lambda km: km * 1000.0)
ranges = st.tuples(kilometres, kilometres).map(lambda r: (min(r), max(r) + 500.0))


@given(st.lists(st.lists(ranges, min_size=1, max_size=3), max_size=25))
def test_signs_cover_neither_each_other_nor_a_leader(found: list[list[KpRange]]) -> None:
    strip = Strip(window=(0.0, 900_500.0), tr=EN, prefix="x")
    given_signs = [
        Sign(numbers=(f"F{i}",), level="minor", ranges=tuple(r)) for i, r in enumerate(found)
    ]
    placed, lost = place_signs(strip, given_signs)
    assert len(placed) + len(lost) == len(given_signs)
    for one, other in ((p, q) for i, p in enumerate(placed) for q in placed[i + 1 :]):
        if one.lane == other.lane:
            assert one.right < other.left or other.right < one.left
        low, high = sorted((one, other), key=lambda p: p.lane)
        if low.lane < high.lane:
            assert not low.left <= high.x <= low.right
    for item in placed:
        assert any(strip.x(a) - 1 <= item.x <= strip.x(b) + 1 for a, b in item.sign.ranges)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 80)), max_size=30))
def test_lanes_hold_everything_once_and_nothing_overlaps(items: list[tuple[int, int]]) -> None:
    numbered = list(enumerate(items))

    def extent(item: tuple[int, tuple[int, int]]) -> tuple[float, float]:
        _, (start, length) = item
        return float(start), float(start + length)

    rows, lost = lanes(numbered, extent, most=3)
    assert len(rows) <= 3
    assert sorted([*lost, *(item for row in rows for item in row)]) == numbered
    for row in rows:
        assert all(extent(a)[1] + 6 <= extent(b)[0] for a, b in pairwise(row))


@given(st.lists(ranges, max_size=12), ranges)
def test_cut_keeps_within_the_window(found: list[KpRange], window: KpRange) -> None:
    parts = cut(found, window)
    assert all(window[0] <= a <= b <= window[1] for a, b in parts)
    inside = [r for r in found if r[0] < window[1] and r[1] >= window[0]]
    assert len(parts) == len(inside)
    merged = closed(parts, 1000.0)
    assert all(b + 1000.0 <= c for (_, b), (c, _) in pairwise(merged))


def test_a_coarser_line_never_shows_less_than_there_is() -> None:
    parts = stretches(sample.screening())
    end = parts[-1].to_m
    fine, coarse_fine = level_runs(parts, (0.0, end), 1.0)
    rough, coarse_rough = level_runs(parts, (0.0, end), 20_000.0)
    assert not coarse_fine
    assert coarse_rough
    order = ["none", "na", "negligible", "minor", "moderate", "major"]
    for a, b_, level in fine:
        for at in (a + 1, (a + b_) / 2, b_ - 1):
            shown = next(lv for c, d, lv in rough if c <= at <= d)
            assert order.index(shown) >= order.index(level)


def test_findings_are_either_on_a_place_or_of_the_whole_line(iran: Screening) -> None:
    placed, whole = signs(iran)
    numbers = [n for sign in (*placed, *whole) for n in sign.numbers if n.startswith("F")]
    assert sorted(numbers) == sorted(f.number for f in iran.findings if f.kp_ranges)


@pytest.mark.parametrize("kind", ["species_range", "state", "project", "landscape"])
@pytest.mark.parametrize(("left_out_m", "whole"), [(0.0, True), (0.4, True), (700.0, False)])
def test_a_finding_of_a_part_is_never_said_of_the_whole_line(
    iran: Screening, kind: str, left_out_m: float, whole: bool
) -> None:
    length_m = iran.project.chainage_length_m
    assert left_out_m < 0.05 * length_m
    finding = replace(
        iran.findings[0], receptor_kind=kind, kp_ranges=((left_out_m, length_m),), species_ids=()
    )
    placed, everywhere = signs(replace(iran, findings=(finding,), not_assessed=()))
    assert bool(everywhere) is whole
    assert bool(placed) is not whole


# ----------------------------------------------------------------------------------------------
# Season calendar
# ----------------------------------------------------------------------------------------------


def season_of(iran: Screening, *works: WorksStretch) -> Calendar:
    design = replace(iran.project.design, works=works)
    return calendar(replace(iran, project=replace(iran.project, design=design)), EN)


def cells_of(data: Calendar) -> set[str]:
    return {cell for s in data.species for event in s.events for _, cell in event.cells}


def test_an_unknown_programme_is_never_drawn_as_no_works(iran: Screening) -> None:
    data = season_of(iran)
    assert not data.stated
    assert cells_of(data) == {"unknown"}
    assert (data.met, data.met_unverified) == (0, 0)


def test_a_programme_of_the_whole_line_decides_every_cell(iran: Screening) -> None:
    data = season_of(iran, WorksStretch(months=(3, 4, 5)))
    assert data.stated
    assert cells_of(data) == {"works", "no_works"}
    profiles = {s.id: s for s in iran.rulebook.species}
    met = {e.species_id for e in iran.exposure.encounters if e.species_id}
    expected = {True: 0, False: 0}
    for season in (s for species_id in met for s in profiles[species_id].seasons):
        expected[season.verified] += len(set(season.months) & {3, 4, 5})
    assert (data.met, data.met_unverified) == (expected[True], expected[False])
    assert sum(data.in_month(m, verified=True) for m in range(1, 13)) == data.met


def test_a_programme_of_a_part_says_nothing_of_the_rest(iran: Screening) -> None:
    data = season_of(iran, WorksStretch(months=(4,), kp_m=(0.0, 50_000.0)))
    assert not data.stated
    whole = next(s for s in data.species if s.name == "Goitered gazelle")
    cells = {cell for event in whole.events for _, cell in event.cells}
    assert cells == {"works", "unknown"}


def test_every_species_met_keeps_a_row(iran: Screening) -> None:
    drawn = texts(named(iran)["season-calendar"].drawing)
    for row in calendar(iran, EN).species:
        assert row.name in drawn
    empty = texts(named(sample.screening())["season-calendar"].drawing)
    assert "no month found in a source" in empty


# ----------------------------------------------------------------------------------------------
# Matrix, ladder, maps
# ----------------------------------------------------------------------------------------------


def test_each_finding_stands_in_the_matrix_once(iran: Screening) -> None:
    drawn = texts(named(iran)["significance-matrix"].drawing)
    for finding in iran.findings:
        assert drawn.count(finding.number) == 1
    assert drawn.count("N1") == 1


def test_the_matrix_names_how_many_gaps_have_no_room() -> None:
    base = sample.screening()
    many = replace(base, not_assessed=base.not_assessed * 20)
    drawn = texts(named(many)["significance-matrix"].drawing)
    shown = sum(bool(re.fullmatch(r"N\d+", text)) for text in drawn)
    assert f"and {40 - shown} more" in drawn


def test_the_ladder_figure_has_the_measures_of_the_tables(iran: Screening) -> None:
    document = compose(iran, EN)
    steps = [p for p in walk(document) if isinstance(p, b.LadderStep)]
    drawn = texts(figures.named(document)["mitigation-ladder"].drawing)
    for step in steps:
        assert any(text.startswith(f"{len(step.measures)} measure") for text in drawn)
        assert {m.id for m in step.measures} <= set(drawn)


def test_the_locator_names_the_states_and_needs_them(iran: Screening) -> None:
    drawn = texts(named(iran)["locator-map"].drawing)
    assert "IRAN" in drawn
    assert "locator-map" not in named(sample.outside())


def test_the_locator_names_small_neighbours_too(
    book: Rulebook, opened: Sequence[tuple[Layer, Store]]
) -> None:
    project = make_project([(58.0, 47.0), (60.0, 46.0)])
    shown = screening.screen(project, opened, book, generated_on="2026-11-22")
    drawn = texts(named(shown)["locator-map"].drawing)
    assert {"UZBEKISTAN", "TURKMENISTAN", "KYRGYZSTAN", "MONGOLIA"} <= set(drawn)


def test_the_cover_has_a_key_of_its_ranges(iran: Screening) -> None:
    drawn = texts(named(iran)["cover"].drawing)
    profiles = {species.id: EN.text(species.name) for species in iran.rulebook.species}
    hatched = [name for name in profiles.values() if name in drawn]
    assert "Ranges, hatched inside their edge" in drawn and hatched


def test_labels_of_the_map_name_sites_and_no_lists_of_species(
    root: Path, book: Rulebook, opened: Sequence[tuple[Layer, Store]]
) -> None:
    shown = screened(root / "examples" / "trans-mongolian-railway.geojson", book, opened, Design())
    drawn = texts(named(shown)["findings-map"].drawing)
    assert any("Crossings at the opened fence" in text for text in drawn)
    names = [EN.text(species.name) for species in book.species]
    labels = [text for text in drawn if sum(name in text for name in names) > 2]
    assert labels == []
    assert any("+" in text for text in drawn)


def test_there_is_a_panel_for_each_range_met(iran: Screening) -> None:
    drawn = texts(named(iran)["species-panels"].drawing)
    assert {row.name for row in species_rows(iran, EN)} <= set(drawn)
    assert "species-panels" not in named(sample.without_findings())


# ----------------------------------------------------------------------------------------------
# Sections around the figures
# ----------------------------------------------------------------------------------------------


def rows_of(screened: Screening) -> list[b.Row]:
    document = compose(screened, EN)
    section = next(s for s in document.sections if s.anchor == "along")
    table = next(block for block in section.blocks if isinstance(block, b.Table))
    assert section.turned == len(section.blocks)
    return list(table.rows)


def said(runs: b.Runs) -> str:
    return "".join(run.text for run in runs)


def test_rows_of_the_table_follow_each_other_and_sum_to_the_line(iran: Screening) -> None:
    rows = rows_of(iran)
    titles = [said(r.cells[0]) for r in rows if r.role == "group"]
    assert titles[0].startswith("Along the whole line")
    assert titles[1] == "Semnan, Iran"
    body = [r for r in rows if r.role == "body"][1:]
    assert said(body[0].cells[0]) == "0+000"
    assert all(said(a.cells[1]) == said(c.cells[0]) for a, c in pairwise(body))
    total = float(said(rows[-1].cells[2]))
    assert sum(float(said(r.cells[2])) for r in body) == pytest.approx(total, abs=0.06 * len(body))


def test_a_cell_names_the_gravest_receptors_and_counts_the_rest(iran: Screening) -> None:
    grave, mild = iran.findings[0], iran.findings[-1]
    base = next(e for f in iran.findings for e in f.encounters)

    def lot(finding: Finding, word: str, count: int) -> Finding:
        names = [f"{word} {n}" for n in range(count)]
        met = tuple(
            replace(
                base, id=name, kp_ranges=((1000.0, 90_000.0),),
                receptor=replace(
                    base.receptor, id=name, name=Text(en=name, ru=name), species_id=None
                ),
            )
            for name in names
        )  # fmt: skip
        return replace(finding, encounters=met, kp_ranges=((1000.0, 90_000.0),))

    made = replace(iran, findings=(lot(grave, "Grave", 3), lot(mild, "Mild", 40)))
    cells = [said(row.cells[5]) for row in rows_of(made) if row.role == "body"]
    cell = next(cell for cell in cells if "Grave" in cell)
    assert cell == "Grave 0, Grave 1, Grave 2, Mild 0, Mild 1 and 38 more"


def test_a_finding_of_a_stretch_stands_in_the_rows_it_covers(iran: Screening) -> None:
    ctx = make_context(iran, EN)
    rows = rows_of(iran)
    whole = said(next(r for r in rows if r.role == "body").cells[4]).split()
    by_row = [set(said(r.cells[4]).split()) for r in rows if r.role == "body"]
    for finding in iran.findings:
        if finding.kp_ranges and finding.number not in whole:
            count = sum(finding in part.findings for part in ctx.parts)
            assert sum(finding.number in numbers for numbers in by_row) >= count > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_baseline_has_an_account_of_each_species_met(iran: Screening, language: str) -> None:
    tr = Translator(language)
    document = compose(iran, tr)
    section = next(s for s in document.sections if s.anchor == "baseline")
    headings = [block.text for block in section.blocks if isinstance(block, b.Heading)]
    for row in species_rows(iran, tr):
        assert f"{row.name} · {row.latin}" in headings
    accounts = [block for block in section.blocks if isinstance(block, b.KeyValues)]
    assert len(accounts) == 6
    assert all(len(account.pairs) == 6 for account in accounts)
    text = " ".join(said(pair.value) for account in accounts for pair in account.pairs)
    assert tr.t("cli.label.to_be_checked") in text
    assert "_" not in re.sub(r"camiscreen species \w+", "", text)


def test_findings_of_low_significance_have_short_cards(iran: Screening) -> None:
    cards = [p for p in walk(compose(iran, EN)) if isinstance(p, b.FindingCard)]
    assert {c.level for c in cards if c.compact} <= {"minor", "negligible"}
    assert {c.level for c in cards if not c.compact} <= {"major", "moderate"}
    assert {c.compact for c in cards} == {True, False}


# ----------------------------------------------------------------------------------------------
# Ground beyond the footprint
# ----------------------------------------------------------------------------------------------


def map_of(shown: Screening) -> b.Drawing:
    return named(shown)["findings-map"].drawing


@pytest.fixture(scope="module")
def plateau(book: Rulebook, opened: Sequence[tuple[Layer, Store]]) -> Screening:
    """A road among animals of which it was measured how far they keep away from one."""
    road = make_project([(92.0, 34.5), (92.6, 34.9)], kind=Kind.ROAD)
    return screening.screen(road, list(opened), book, generated_on="2026-11-22")


def with_block(plateau: Screening, *, planned: bool) -> Screening:
    block = shapely.MultiPolygon([shapely.box(92.2, 34.65, 92.4, 34.75)])
    closed = Enclosure(species_id="kiang", with_planned=planned, area_m2=2e8, largest_m2=2e8,
                       blocks=1, kp_ranges=((0.0, 9_000.0),), geometry=block)  # fmt: skip
    around = replace(plateau.exposure.surroundings, enclosures=(closed,))
    return replace(plateau, exposure=replace(plateau.exposure, surroundings=around))


def test_range_within_an_avoidance_distance_is_drawn_and_named(plateau: Screening) -> None:
    drawing = map_of(plateau)
    (loss,) = [layer for layer in drawing.layers if layer.key == "loss"]
    widest = EN.metres(max(z.distance_m for z in plateau.exposure.surroundings.loss_zones))
    assert loss.shown and widest in loss.label
    # So narrow that the line covers it: the legend says so.
    assert EN.t("map.legend.loss_under_line", distance=widest) in texts(drawing)
    screen = ElementTree.fromstring(drawing.for_screen())
    (part,) = [e for e in screen.iter(f"{SVG}g") if e.get("data-layer") == "loss"]
    assert len(part.findall(f"{SVG}path")) == 2
    assert "Kiang, 568" in (part.findtext(f"{SVG}title") or "").replace("\u00a0", " ")
    assert f'stroke-dasharray="{loss.dash}"' in drawing.for_print()


@pytest.mark.parametrize("planned", [False, True])
def test_ground_closed_off_is_drawn_and_named(plateau: Screening, planned: bool) -> None:
    drawing = map_of(with_block(plateau, planned=planned))
    (closed,) = [layer for layer in drawing.layers if layer.key.startswith("closed")]
    assert closed.key == ("closed_planned" if planned else "closed")
    assert closed.label in texts(drawing)


def test_where_no_ground_is_taken_the_map_says_nothing_of_it(
    iran: Screening, plateau: Screening
) -> None:
    zones = plateau.exposure.surroundings.loss_zones
    withheld = replace(
        plateau.exposure.surroundings,
        loss_zones=tuple(replace(zone, geometry=shapely.MultiPolygon()) for zone in zones),
    )
    hidden = replace(plateau, exposure=replace(plateau.exposure, surroundings=withheld))
    for shown in (iran, hidden):
        drawing = map_of(shown)
        assert not {"loss", "closed", "closed_planned"} & {layer.key for layer in drawing.layers}
        assert not [text for text in texts(drawing) if "avoided" in text or "closed off" in text]
