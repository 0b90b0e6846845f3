"""What the composed document says, before any renderer draws it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from camiscreen.i18n import Translator
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.sections.common import re_screen_by
from camiscreen.vocabulary import Verdict
from tests.report import sample

SAMPLES = {
    "railway": sample.screening,
    "hostile": sample.hostile,
    "nothing found": sample.without_findings,
    "outside": sample.outside,
    "mine": sample.mine,
}
LANGUAGES = ("en", "ru")


def walk(value: object) -> Iterator[object]:
    """Every block, run and text of a document; drawings are left closed."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from walk(item)
    elif is_dataclass(value) and not isinstance(value, b.Drawing):
        for field in fields(value):
            yield from walk(getattr(value, field.name))


def said(document: b.Document) -> str:
    return " ".join(item for item in walk(document) if isinstance(item, str))


def section(document: b.Document, anchor: str) -> b.Section:
    return next(s for s in document.sections if s.anchor == anchor)


@pytest.fixture(params=LANGUAGES)
def tr(request: pytest.FixtureRequest) -> Translator:
    return Translator(request.param)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_link_leads_somewhere_and_every_anchor_is_one(name: str, tr: Translator) -> None:
    document = compose(SAMPLES[name](), tr)
    parts = list(walk(document))
    anchors = [
        anchor
        for part in parts
        if not isinstance(part, b.CardMeasure) and (anchor := getattr(part, "anchor", ""))
    ]
    assert len(anchors) == len(set(anchors))
    targets = {p.target for p in parts if isinstance(p, b.Run) and p.kind == "anchor"}
    targets |= {p.anchor for p in parts if isinstance(p, b.CardMeasure)}
    assert targets <= set(anchors)


@pytest.mark.parametrize("name", SAMPLES)
def test_figures_state_their_result(name: str, tr: Translator) -> None:
    for part in walk(compose(SAMPLES[name](), tr)):
        if isinstance(part, b.Figure):
            assert len(part.alt) > 15
            assert part.drawing.label == part.alt


@pytest.mark.parametrize("name", SAMPLES)
def test_tables_are_rectangular(name: str, tr: Translator) -> None:
    for part in walk(compose(SAMPLES[name](), tr)):
        if isinstance(part, b.Table):
            assert part.label
            for row in part.rows:
                assert len(row.cells) == (1 if row.role == "group" else len(part.columns))


def test_sections_stand_in_order(tr: Translator) -> None:
    anchors = [s.anchor for s in compose(sample.screening(), tr).sections]
    assert anchors == [
        "control", "summary", "project", "policy", "method", "gaps", "baseline", "findings",
        "along", "detail", "mitigation", "monitoring", "knowledge", "references",
        "clauses", "layers", "trace", "glossary",
    ]  # fmt: skip


def test_both_languages_have_the_same_findings_and_gaps() -> None:
    documents = [compose(sample.screening(), Translator(language)) for language in LANGUAGES]
    cards = [
        [
            (p.number, p.level, p.rule_id, [m.id for m in p.measures])
            for p in walk(document)
            if isinstance(p, b.FindingCard)
        ]
        for document in documents
    ]
    assert cards[0] == cards[1]
    assert [c[0] for c in cards[0]] == ["F1", "F2", "F3", "F4"]
    gaps = [[p.number for p in walk(d) if isinstance(p, b.GapCard)] for d in documents]
    assert gaps[0] == gaps[1] == ["N1", "N2"]


def test_measures_follow_the_hierarchy(tr: Translator) -> None:
    parts = list(walk(compose(sample.screening(), tr)))
    card = next(p for p in parts if isinstance(p, b.FindingCard) and p.number == "F1")
    assert [m.id for m in card.measures] == ["AV-05", "MT-16", "OF-05"]
    steps = [p for p in parts if isinstance(p, b.LadderStep)]
    assert [[m.id for m in s.measures] for s in steps] == [
        ["AV-05"],
        ["MI-10"],
        ["MT-16"],
        ["OF-05"],
    ]
    assert [s.measures[0].evidence for s in steps] == [3, 0, 2, None]


def test_only_verified_figures_are_printed() -> None:
    text = said(compose(sample.screening(), Translator("en")))
    assert "height: ≥ 3.5 m" in text
    assert "77.7" not in text


def test_only_cited_references_are_listed(tr: Translator) -> None:
    parts = walk(compose(sample.screening(), tr))
    listed = [p.id for p in parts if isinstance(p, b.ReferenceItem)]
    assert listed == ["R001", "R007", "R045", "R083", "S114"]


def test_clauses_cited_and_no_others() -> None:
    document = compose(sample.screening(), Translator("en"))
    assert "POW 3.5(f)" in said(section_as_document(document, "policy"))
    text = said(section_as_document(document, "clauses"))
    assert "POW 3.5(f)" in text
    assert "Not cited." not in text
    assert "POW 27.1: Printed so." in text


def section_as_document(document: b.Document, anchor: str) -> b.Document:
    cover = replace(document.cover, figure=None)
    return replace(document, cover=cover, sections=(section(document, anchor),))


def test_programme_that_has_ended_is_called_so() -> None:
    late = sample.screening()
    late = replace(late, run=replace(late.run, generated_on="2027-01-02"))
    assert "has ended" in said(compose(late, Translator("en")))
    assert "has ended" not in said(compose(sample.screening(), Translator("en")))


def verdict(screening: object, language: str = "en") -> b.VerdictBlock:
    document = compose(screening, Translator(language))  # type: ignore[arg-type]
    return next(p for p in walk(document) if isinstance(p, b.VerdictBlock))


def test_verdict_names_level_stretches_and_gaps() -> None:
    block = verdict(sample.screening())
    assert block.level == "major"
    assert block.sentence.startswith("2 stretches, 166")
    detail = "".join(run.text for run in block.detail)
    assert detail.startswith("2 subjects could not be judged and may change the result: N2 ")
    for number, gap in enumerate(sample.gaps(), start=1):
        assert f"N{number} {gap.subject.en}" in detail
    assert detail.index("N1 ") < detail.index("F1")


def test_the_verdict_names_required_gaps_first_and_counts_the_rest() -> None:
    base = sample.screening()
    plain, required = sample.gaps()[0], replace(sample.gaps()[0], required=True)
    made = replace(base, not_assessed=(plain, plain, plain, plain, required))
    detail = "".join(run.text for run in verdict(made).detail)
    assert "may change the result: N5 " in detail
    assert "; 2 more." in detail


def stats_of(screening: object) -> b.Stats:
    document = compose(screening, Translator("en"))  # type: ignore[arg-type]
    return next(p for p in walk(document) if isinstance(p, b.Stats))


def test_numbers_beside_the_verdict_keep_open_and_accepted_findings_apart() -> None:
    """F1 is the only major finding; once it is accepted, no major kilometre is open."""
    base = sample.screening()
    terms = base.findings[2].accepted
    first = replace(base.findings[0], accepted=terms)
    made = replace(base, findings=(first, *base.findings[1:]), verdict=Verdict.MODERATE)
    (_, stat, *_) = stats_of(made).items
    assert stat.label == "moderate significance, not accepted"
    assert "findings accepted on " in stat.note and "up to major" in stat.note
    # F2 lies on stretches of its own; F1 and the wild ass (F3, accepted too) do not count.
    length_m = sum(b_ - a for a, b_ in base.findings[1].kp_ranges)
    assert stat.value == Translator("en").km_round(length_m)
    place = sample.mine()
    open_ = place.findings[0]
    counted = replace(place, findings=(open_, replace(open_, id="x", accepted=terms)))
    stat = stats_of(counted).items[1]
    assert (stat.value, stat.label, stat.note) == (
        "1",
        "finding not accepted",
        "1 more is accepted",
    )


def test_numbers_of_findings_that_are_all_accepted_say_so() -> None:
    base = sample.screening()
    made = replace(base, findings=base.findings[2:3], verdict=Verdict.ACCEPTED)
    assert stats_of(made).items[1].label == "minor significance, accepted"


def test_outside_is_no_good_news() -> None:
    block = verdict(sample.outside())
    assert block.level == "na"
    assert block.sentence.startswith("Nothing could be assessed")
    text = said(compose(sample.outside(), Translator("en")))
    assert "No finding in the layers used." not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_outside_all_layers_has_a_short_report(language: str) -> None:
    """Paris to Lyon: nothing was judged, so nothing but that and its grounds is printed."""
    document = compose(sample.outside(), Translator(language))
    anchors = [section.anchor for section in document.sections]
    assert anchors == ["control", "summary", "project", "gaps", "references", "layers"]
    said_of_it = said(document)
    assert Translator(language).t("gaps.outside_short") in said_of_it
    assert Translator(language).t("verdict.outside") in said_of_it
    parts = list(walk(document))
    places = {getattr(part, "anchor", "") for part in parts}
    assert {p.target for p in parts if isinstance(p, b.Run) and p.kind == "anchor"} <= places


def test_missing_layer_reads_as_incomplete() -> None:
    base = sample.without_findings()
    open_one = replace(base, not_assessed=sample.gaps()[1:], verdict=Verdict.INCOMPLETE)
    block = verdict(open_one)
    assert block.level == "na"
    assert "incomplete" in block.sentence
    assert "no result" in "".join(run.text for run in block.detail)


def test_nothing_found_says_what_that_does_not_mean() -> None:
    block = verdict(sample.without_findings())
    assert block.level == "none"
    assert block.sentence == "No finding in the layers used."
    assert "not about the ground" in "".join(run.text for run in block.detail)


def test_all_accepted_is_said() -> None:
    base = sample.screening()
    accepted = replace(base, findings=base.findings[2:3], verdict=Verdict.ACCEPTED)
    block = verdict(accepted)
    assert "accepted" in block.sentence
    assert (block.level, block.kicker) == ("minor", "highest significance found, accepted")
    assert "minor" in block.sentence


@pytest.mark.parametrize("name", ["railway", "nothing found", "outside", "mine"])
def test_words_that_are_never_printed(name: str) -> None:
    text = said(compose(SAMPLES[name](), Translator("en"))).lower()
    for phrase in ("is clear", "all clear", "critical habitat", "no impact", "residual impact is"):
        assert phrase not in text


def test_unknown_design_is_said_to_be_screened_at_its_worst() -> None:
    text = said(compose(sample.screening(), Translator("en")))
    assert "unknown, so screened at its worst case" in text


def test_mine_has_no_chainage(tr: Translator) -> None:
    document = compose(sample.mine(), tr)
    assert not [p for p in walk(document) if isinstance(p, b.Row) and p.role == "total"]
    assert any(isinstance(p, b.Figure) for p in walk(section(document, "findings")))


def test_acceptance_is_printed_in_full() -> None:
    text = said(compose(sample.screening(), Translator("en")))
    assert "by A. Sample, until 1 March 2027: Survey ordered" in text


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2026-11-22", "2027-05-22"), ("2026-08-31", "2027-02-28"), ("2026-03-31", "2026-09-30"),
        ("2026-06-30", "2026-12-30"), ("2026-01-01", "2026-07-01"),
    ],
)  # fmt: skip
def test_re_screen_date(day: str, later: str) -> None:
    assert re_screen_by(day) == later


def test_url_runs_take_web_addresses_only() -> None:
    assert b.url("x", "javascript:alert(1)").kind == "text"
    assert b.url("x", "https://example.org/a b").target == "https://example.org/a%20b"
