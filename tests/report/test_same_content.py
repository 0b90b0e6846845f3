"""HTML, PDF and DOCX of one run hold the same findings, numbers and sources."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from pypdf import PdfReader

from camiscreen import screening
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Design, Rulebook, Screening
from camiscreen.reading import project_file
from camiscreen.report import outputs
from camiscreen.vocabulary import Format
from tests.conftest import ROOT
from tests.report.test_docx import text_of
from tests.report.test_renderers import Page, squeeze

FORMATS = (Format.HTML, Format.PDF, Format.DOCX)
CASES = (
    ("shalkar-beyneu-railway", "en"),
    ("shalkar-beyneu-railway", "ru"),
    ("semnan-sabzevar-road", "ru"),
)
CHAINAGE = re.compile(r"(?<![\d+])\d{1,4}\+\d{3}(?!\d)")
SOURCE = re.compile(r"(?<![A-Z])[RS]\d{3}(?!\d)")


@dataclass(frozen=True)
class Run:
    """A screening, the words it was told in, and the text of its documents without white space."""

    screening: Screening
    tr: Translator
    texts: Mapping[str, str]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def run(request: pytest.FixtureRequest, opened: list[tuple[Layer, Store]], book: Rulebook) -> Run:
    name, language = request.param
    path = str(ROOT / "examples" / f"{name}.geojson")
    project = project_file.read_project(path, kind=None, design=Design())
    done = screening.screen(
        project, opened, book, generated_on="2026-11-22", framework_ids=("ifc-ps6", "national")
    )
    tr = Translator(language)
    files = {name: draw()[str(name)] for name, draw in outputs.draw(done, tr, FORMATS)}
    pages = PdfReader(io.BytesIO(files[Format.PDF])).pages
    texts = {
        "html": "".join(Page(files[Format.HTML].decode("utf-8")).text),
        "pdf": "".join(page.extract_text() for page in pages),
        "docx": text_of(files[Format.DOCX]),
    }
    return Run(done, tr, {ending: squeeze(text) for ending, text in texts.items()})


def test_findings_with_their_numbers_titles_lengths_and_places(run: Run) -> None:
    assert len(run.screening.findings) > 5
    for finding in run.screening.findings:
        wanted = [finding.number + run.tr.text(finding.title), finding.rule_id]
        wanted += [run.tr.word(finding.significance), run.tr.text(finding.statement)[-40:]]
        if finding.length_m:
            wanted.append(run.tr.km(finding.length_m))
        if finding.kp_ranges:
            wanted.append(run.tr.kp_ranges(finding.kp_ranges, 12))
        wanted += [measure.id for measure in finding.measures]
        for ending, text in run.texts.items():
            for part in wanted:
                assert squeeze(part) in text, (ending, finding.number, part)


def test_what_was_not_assessed_and_what_was_assumed(run: Run) -> None:
    assert run.screening.not_assessed
    wanted = [
        f"N{index}{run.tr.text(gap.subject)}"
        for index, gap in enumerate(run.screening.not_assessed, start=1)
    ]
    wanted += [run.tr.message(message) for message in run.screening.assumptions]
    for ending, text in run.texts.items():
        for part in wanted:
            assert squeeze(part) in text, (ending, part)


def test_potential_triggers(run: Run) -> None:
    for framework in run.screening.frameworks:
        for item in framework.results:
            for ending, text in run.texts.items():
                assert item.criterion.id in text, ending


def test_chainages_and_sources(run: Run) -> None:
    """Each one that any of the three prints, the other two print as well."""
    for pattern in (CHAINAGE, SOURCE):
        found = {part for text in run.texts.values() for part in pattern.findall(text)}
        # Numbers of two cells may touch once white space is gone: those of Word never do.
        whole = set(pattern.findall(run.texts["docx"])) | set(pattern.findall(run.texts["html"]))
        assert len(whole) > 5
        for part in whole:
            for ending, text in run.texts.items():
                assert part in text, (ending, part)
        assert len(found) >= len(whole)
