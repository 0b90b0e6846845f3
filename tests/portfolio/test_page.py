"""The portfolio page: ranking, hot spots and what it says, with and without its script."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook, Text
from camiscreen.portfolio import hotspots, page, page_tables, ranking, results, summary
from camiscreen.portfolio.jobs import Order
from camiscreen.portfolio.results import Digest, Meeting, Result, SpeciesMet, StateMet
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.portfolio.summary import Batch
from camiscreen.vocabulary import Format
from tests.portfolio.projects import HOSTILE

ORDER = Order(
    language="en",
    formats=(Format.JSON,),
    framework_ids=(),
    fail_on=None,
    generated_on="2026-11-22",
)
OPENED = list[tuple[Layer, Store]]


def failed(identifier: str, reason: str = "the file is empty") -> Result:
    spec = ProjectSpec(id=identifier, file="x", shown="x.geojson")
    return results.failed(spec, reason, code=2, generated_on="2026-11-22")


def result(
    identifier: str,
    verdict: str = "major",
    *,
    name: str | None = None,
    meetings: tuple[Meeting, ...] = (),
    at: tuple[float, float] = (105.0, 43.0),
    **counts: int,
) -> Result:
    row = replace(
        failed(identifier).row,
        name=name or identifier,
        kind="road",
        status="screened",
        verdict=verdict,
        exit_code=0,
        reason=None,
        length_m=12_345.6,
        states=("MNG",),
        species=("khulan",),
        files=(f"projects/{identifier}.html", f"projects/{identifier}.json"),
        **counts,
    )
    x, y = at
    digest = Digest(
        shape=(((x, y), (x + 0.5, y + 0.2), (x + 1, y)),),
        species=(
            SpeciesMet(species_id="khulan", crossed=True, length_m=9_000.0, significance=verdict)
            if verdict in page_tables.LEVELS
            else SpeciesMet(species_id="khulan", crossed=False, length_m=0.0, significance=None),
        ),
        meetings=meetings,
        states=(StateMet(iso3="MNG", name=Text(en="Mongolia", ru="Монголия"), length_m=12_345.6),),
        clauses=(),
        gaps=(),
    )
    return Result(row=row, digest=digest)


def meeting(
    receptor: str = "khulan-1", *, crossed: bool = True, significance: str | None = "moderate"
) -> Meeting:
    return Meeting(
        layer_id="species_ranges",
        receptor_id=receptor,
        name=Text(en="Asiatic wild ass", ru="Кулан"),
        receptor_kind="species_range",
        species_id="khulan",
        states=("MNG", "CHN"),
        crossed=crossed,
        length_m=4_000.0 if crossed else 0.0,
        significance=significance,
    )


def batch(book: Rulebook, opened: OPENED, *found: Result) -> Batch:
    in_order = summary.in_order(found)
    return Batch(
        order=ORDER,
        rulebook=book,
        layers=[layer for layer, _ in opened],
        results=in_order,
        hotspots=hotspots.find(in_order),
    )


def render(book: Rulebook, opened: OPENED, *found: Result, language: str = "en") -> str:
    made = page.render(batch(book, opened, *found), opened, Translator(language))
    return made.decode("utf-8")


class Seen(HTMLParser):
    """Tags that are open at the end, and every id, link and script of a page."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.rows = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [str(named["id"])] if "id" in named else []
        self.links += [str(named["href"])] if "href" in named else []
        self.rows += str(named.get("id", "")).startswith("p-")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# ----------------------------------------------------------------------------------------------
# Ranking and hot spots
# ----------------------------------------------------------------------------------------------


def test_the_gravest_come_first_and_what_is_unknown_before_what_is_clear() -> None:
    found = [
        result("none", "none"),
        failed("failed"),
        result("incomplete", "incomplete"),
        result("minor", "minor", minor=9),
        result("major-1", "major", major=1, moderate=5),
        result("major-2", "major", major=2),
        result("major-10", "major", major=2),
    ]
    order = [one.row.id for one in ranking.ranked(found)]
    assert order == ["major-2", "major-10", "major-1", "minor", "incomplete", "failed", "none"]
    assert order == [one.row.id for one in ranking.ranked(found[::-1])]


def test_a_hot_spot_is_crossed_by_two_projects_at_least() -> None:
    near = meeting(crossed=False)
    assert hotspots.find([result("a", meetings=(meeting(),))]) == ()
    assert hotspots.find([result("a", meetings=(meeting(),)), result("b", meetings=(near,))]) == ()
    (spot,) = hotspots.find(
        [
            result("a", meetings=(meeting(significance="minor"),)),
            result("b", meetings=(meeting(significance="major"), meeting("other"))),
            result("c", meetings=(near,)),
            failed("d"),
        ]
    )
    assert (spot.crossing, spot.near) == (("a", "b"), ("c",))
    assert (spot.significance, spot.length_m) == ("major", 8_000.0)


# ----------------------------------------------------------------------------------------------
# The page
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_well_formed_and_every_link_leads_somewhere(
    book: Rulebook, opened: OPENED, language: str
) -> None:
    owners = dict(opened_receptors(opened, "species_ranges"))
    spot = meeting(next(r for r in owners if "khulan" in r or "wild_ass" in r))
    found = [
        result("a", meetings=(spot,), major=1),
        result("b", "minor", meetings=(spot,), name=HOSTILE, at=(101.0, 44.0)),
        result("c", "none"),
        failed("d", HOSTILE),
    ]
    text = render(book, opened, *found, language=language)
    seen = Seen(text)
    assert seen.open == []
    assert seen.rows == 4
    assert len(set(seen.ids)) == len(seen.ids)
    inside = {link[1:] for link in seen.links if link.startswith("#")}
    assert inside <= set(seen.ids)
    outside = {link for link in seen.links if not link.startswith("#")}
    assert {"projects/a.html", "projects/a.json"} <= outside
    assert not any(":" in link for link in outside)
    assert "H1" in text


def opened_receptors(opened: OPENED, name: str) -> list[tuple[str, str]]:
    return [
        (receptor.id, str(receptor.species_id))
        for layer, store in opened
        if layer.spec.name == name
        for receptor in store.receptors
    ]


def test_nothing_runs_but_its_own_script(book: Rulebook, opened: OPENED) -> None:
    text = render(book, opened, result("a", name=HOSTILE), failed("b", HOSTILE))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[1] == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    assert text.count("<script") == 1
    assert "\u202e" not in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_what_was_not_screened_is_said_before_the_ranking(book: Rulebook, opened: OPENED) -> None:
    text = render(book, opened, result("a"), *(failed(f"f{n}") for n in range(20)))
    assert "20 projects could not be screened" in text
    assert text.index("could not be screened") < text.index('id="ranked"')
    assert "and 8 more, in summary.csv" in text
    assert text.count("the file is empty") == 12 + 20


def test_a_batch_of_failures_alone_has_a_page(book: Rulebook, opened: OPENED) -> None:
    text = render(book, opened, failed("a"), failed("b"))
    assert "None of 2 projects could be judged in full" in text
    assert Seen(text).open == []


def test_files_of_one_content_are_told(book: Rulebook, opened: OPENED) -> None:
    def hashed(one: Result) -> Result:
        return replace(one, row=replace(one.row, source_sha256="0" * 64))

    text = render(book, opened, hashed(result("a")), hashed(result("b")), result("c"))
    assert "Identical geometry" in text
    assert "a = b" in text
    assert "Identical geometry" not in render(book, opened, result("a"), result("b"))


def test_it_stays_small_with_three_thousand_projects(book: Rulebook, opened: OPENED) -> None:
    levels = ("major", "moderate", "minor", "negligible", "incomplete", "none")
    found = [
        result(
            f"project-{n:04d}",
            levels[n % 6],
            at=(50.0 + n % 70, 30.0 + (n * 7) % 20),
            meetings=(meeting(), meeting(f"r{n % 200}")),
        )
        for n in range(3_000)
    ]
    text = render(book, opened, *found)
    assert text.count('id="p-') == 3_000
    assert len(text) < 6_000_000
    assert text.count('<tr><th scope="row"><a') <= 60 + 1
    assert "summary.json has all" in text


def test_beyond_five_thousand_rows_the_page_says_what_it_leaves_out(
    book: Rulebook, opened: OPENED
) -> None:
    spot = (meeting(),)
    found = [result(f"p{n:05d}", "minor", meetings=spot if n > 5_000 else ()) for n in range(5_003)]
    text = render(book, opened, *found)
    assert "The 3 projects ranked last are in summary.csv only." in text
    assert "5002. p05001" in text
    seen = Seen(text)
    assert {link[1:] for link in seen.links if link.startswith("#")} <= set(seen.ids)


def test_the_same_batch_gives_the_same_bytes(book: Rulebook, opened: OPENED) -> None:
    found = [result("a"), result("b", "minor"), failed("c")]
    assert render(book, opened, *found) == render(book, opened, *found[::-1])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_cell_says_how_many_subjects_were_not_assessed_and_how_many_are_needed(
    book: Rulebook, opened: OPENED, language: str
) -> None:
    some = result("a", not_assessed=3, not_assessed_required=2)
    none_needed = result("b", not_assessed=2, not_assessed_required=0)
    text = render(book, opened, some, none_needed, language=language)
    cells = re.findall(r'<td class="num" data-v="\d+">([^<]*)</td></tr>', text)
    tr = Translator(language)
    assert sorted(cells) == sorted(["2", tr.t("portfolio.rank.gaps", n=3, required=2)])
    assert f">{tr.t('portfolio.head.gaps')}</th>" in text
    assert tr.t("gaps.title") in text.replace(tr.t("portfolio.rank.note"), "") and (
        tr.t("gaps.title") in tr.t("portfolio.rank.note")
    )


def test_names_with_commas_do_not_run_into_each_other(book: Rulebook, opened: OPENED) -> None:
    first, second = (
        result(id_, name=f"{id_}, part {n}", meetings=(meeting(),)) for n, id_ in enumerate("ab")
    )
    text = render(book, opened, first, second)
    plain = re.sub(r"<[^>]+>", "", text)
    assert "1. a, part 0; 2. b, part 1" in plain
