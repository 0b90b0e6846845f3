"""What is documented is found; where nothing lives nothing is."""

from camiscreen.vocabulary import Verdict
from tests.documented_cases.screened import PAGE, page, screened

CASES, CONTROLS = screened()


def test_there_are_enough_of_both() -> None:
    assert len(CASES) >= 20
    assert len(CONTROLS) >= 10


def test_every_documented_species_is_in_a_finding() -> None:
    missed = [
        (case.id, name)
        for case in CASES
        for name in case.species
        if name not in {found for f in case.screening.findings for found in f.species_ids}
    ]
    assert missed == []


def test_no_documented_line_is_clear() -> None:
    clear = {Verdict.NONE, Verdict.NEGLIGIBLE, Verdict.INCOMPLETE}
    assert [case.id for case in CASES if case.screening.verdict in clear] == []


def test_controls_meet_no_species() -> None:
    met = [
        (control.id, encounter.species_id)
        for control in CONTROLS
        for encounter in control.screening.exposure.encounters
        if encounter.species_id
    ]
    assert met == []


def test_lines_outside_the_region_are_incomplete() -> None:
    outside = {c.id: c.screening.verdict for c in CONTROLS if c.id.startswith(("paris", "nairobi"))}
    assert set(outside.values()) == {Verdict.INCOMPLETE}


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.documented_cases"
