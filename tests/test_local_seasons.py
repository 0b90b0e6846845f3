"""Months of one population in a project that meets another."""

from dataclasses import replace
from pathlib import Path

import pytest

from camiscreen.i18n import Translator
from camiscreen.judging.local_seasons import local_seasons
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Design, Rulebook, Screening, WorksStretch
from camiscreen.report.document import compose
from camiscreen.screening import screen
from camiscreen.vocabulary import Kind
from tests.conftest import make_project
from tests.test_fencing_in_part import text

KAZAKHSTAN = [(67.0, 47.5), (68.0, 47.5)]
MONGOLIA = [(108.0, 44.5), (109.0, 44.5)]
IRAN = [(54.0, 35.6), (55.5, 35.6)]


def screened(
    book: Rulebook, opened: list[tuple[Layer, Store]], line: list[tuple[float, float]]
) -> Screening:
    design = Design(works=(WorksStretch(months=(5, 6)),))
    project = make_project(line, kind=Kind.ROAD, design=design)
    return screen(project, opened, book, generated_on="2026-11-22")


def test_a_season_of_mongolia_stands_in_a_report_on_mongolia_alone(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    kazakh, mongolian = (screened(book, opened, line) for line in (KAZAKHSTAN, MONGOLIA))
    (local,) = [f for f in kazakh.findings if f.id == "SEA-001:goitered_gazelle"]
    assert "calving" in local.statement.en and "Mongolia" not in local.statement.en
    assert "peak of calving in Mongolia" not in text(compose(kazakh, Translator("en")).sections)
    (there,) = [f for f in mongolian.findings if f.id == "SEA-001:goitered_gazelle"]
    assert "peak of calving in Mongolia" in there.statement.en


def test_for_want_of_local_months_those_of_others_count_and_are_said_to_be_theirs(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    made = screened(book, opened, IRAN)
    (found,) = [f for f in made.findings if f.id == "SEA-001:asiatic_wild_ass"]
    assert "May, June" in found.statement.en
    assert "foaling – months known from Mongolia and Kazakhstan only" in found.statement.en
    assert "сроки известны только для страны: Монголия и Казахстан" in found.statement.ru
    assert {"R205", "R206"} <= set(found.sources)
    assert "Badhyz" not in text(compose(made, Translator("en")).sections)


@pytest.mark.parametrize(
    ("states", "local_verified", "kept"),
    [(["KAZ"], True, False), (["KAZ"], False, True), (["MNG"], True, True), ([], True, True)],
)
def test_a_verified_season_of_others_gives_way_to_a_verified_one_alone(
    book: Rulebook, states: list[str], local_verified: bool, kept: bool
) -> None:
    species = next(s for s in book.species if s.id == "goitered_gazelle")
    seasons = tuple(
        replace(season, verified=local_verified) if season.event == "calving" else season
        for season in species.seasons
    )
    found = local_seasons(replace(species, seasons=seasons), states, book.events)
    peak = [item for item in found if item.season.event == "calving_peak_mongolia"]
    assert bool(peak) is kept
    assert all(item.borrowed is (states != ["MNG"]) for item in peak)


def test_no_month_is_lost_where_a_season_of_others_gives_way(book: Rulebook) -> None:
    """Where the shipped profiles leave out a season, its months stand in a local one too."""
    for species in book.species:
        for state in species.range_states:
            found = {item.season.event for item in local_seasons(species, [state], book.events)}
            uses = {event.id: event.use for event in book.events}
            for season in species.seasons:
                if season.event in found or uses[season.event] is None:
                    continue
                local = {m for s in species.seasons if s.event in found for m in s.months}
                assert set(season.months) <= local, (species.id, state, season.event)


def test_states_of_a_season_are_codes(tmp_path: Path) -> None:
    from tests.conftest import run_here

    note = tmp_path / "species_notes"
    note.mkdir()
    (note / "saiga.yaml").write_text(
        "species: saiga\nseasons:\n  - event: rut\n    months: [11]\n    states: [Kazakhstan]\n"
        "    references: [R043]\n    verified: true\n",
        encoding="utf-8",
    )
    route = Path(__file__).parent.parent / "examples" / "shalkar-beyneu-railway.geojson"
    done = run_here("check", route, "--rules", tmp_path, "--out", tmp_path, "--format", "json")
    assert done.returncode == 2
    assert "three letters of ISO 3166" in " ".join((done.stdout + done.stderr).split())
