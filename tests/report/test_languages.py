"""No word reaches a report without a translation.

Two steps. A translator that puts marks around everything it says shows what was said without it:
text that a section wrote itself. Then no renderer may print a word that the document does not
hold: text that a template wrote itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from camiscreen.cli.options import LANGUAGES as OFFERED
from camiscreen.i18n import LANGUAGES, LOCALES, Entry, Translator, Value, catalogue
from camiscreen.model import Screening, Text
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.docx import render_docx
from camiscreen.report.html import render_html
from camiscreen.report.pdf import render_pdf
from camiscreen.report.svg import Drawing, Element, PerMedium
from camiscreen.report.tokens import LEVELS, NO_FINDING, NOT_ASSESSED
from camiscreen.vocabulary import Audience
from tests.report import sample
from tests.report.test_document import SAMPLES
from tests.report.test_renderers import Page

OPEN, CLOSE = "‹", "›"
WORD = re.compile(r"[^\W\d_]{2,}")

NAMES = {
    # Programs, systems and formats: names in every language.
    "camiscreen", "WGS", "SHA", "sha",
    # Levels as renderers know them.
    *LEVELS, NOT_ASSESSED, NO_FINDING,
}  # fmt: skip

CODES = re.compile(
    r"\b(?:[A-Z]{2,3}-\d+|[FN]\d+|POW(?: \d+(?:\.\d+)?(?:\([a-z]+\))?)?|Res\. para \d+"
    r"|[RS]\d{3}|LC|NT|VU|EN|CR|EW|I/?I?)\b"
)
"""Ids of rules, measures, findings and sources; categories of the Red List; CMS appendices."""


class Marked(Translator):
    """Says everything between marks."""

    def t(self, key: str, **values: Value) -> str:
        return f"{OPEN}{super().t(key, **values)}{CLOSE}"

    def text(self, text: Text) -> str:
        return f"{OPEN}{super().text(text)}{CLOSE}"

    def date(self, iso: str) -> str:
        return f"{OPEN}{super().date(iso)}{CLOSE}"


def outside(text: str) -> str:
    """What stands outside all marks.

    A text cut short may lack its closing mark; the second line of a label its opening one, so that
    all before an unmatched closing mark was said.
    """
    depth, out = 0, []
    for char in text:
        if char == OPEN:
            depth += 1
        elif char == CLOSE and depth <= 0:
            out.clear()
        elif char == CLOSE:
            depth -= 1
        elif depth <= 0:
            out.append(char)
    return "".join(out)


def printed(value: object) -> Iterator[str]:
    """Every text of a document that a reader meets, drawings included."""
    if isinstance(value, Drawing):
        yield value.label
        yield from (layer.label for layer in value.layers)
        for element in value.root:
            yield from _drawn(element)
    elif isinstance(value, b.Run):
        if value.kind not in {"code", "latin", "url"}:
            yield value.text
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from printed(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in UNPRINTED:
                yield from printed(getattr(value, field.name))


UNPRINTED = {
    "anchor", "target", "level", "kind", "style", "role", "align", "language", "layout",
    "generated_on", "place",
}  # fmt: skip
"""Fields that steer a renderer or name a place."""


def _drawn(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Element):
            yield from _drawn(child)
        elif isinstance(child, PerMedium):
            yield from (str(text) for text in (child.screen, child.paper) if text is not None)
        else:
            yield child


def given(screening: Screening) -> set[str]:
    """Words that a user, a source or a science gave: they are the same in every language."""
    run, project = screening.run, screening.project
    texts = [project.name, project.source.path, project.source.layer or "", run.rulebook_version]
    texts += [f"{r.citation} {r.url or ''} {r.seen}" for r in screening.rulebook.references]
    texts += [f"{s.listing_name} {s.id}" for s in screening.rulebook.species]
    texts += [f"{pack.instrument} {pack.prefix}" for pack in screening.rulebook.packs]
    texts += [who for p in screening.rulebook.packs for c in p.clauses for who in c.responsible]
    texts += [gap.subject_id for gap in screening.not_assessed]
    for layer in run.layers:
        texts += [layer.name, layer.version, layer.citation, layer.sha256]
        texts += [f"{licence.name} {licence.path or ''}" for licence in layer.licenses]
        texts += [str(source) for source in layer.sources]
    for finding in screening.findings:
        if finding.accepted:
            texts += [finding.accepted.by, finding.accepted.reason]
        texts += [str(value) for trace in finding.trace for value in _plain(trace)]
    return {word for text in texts for word in WORD.findall(text)}


def _plain(value: object) -> Iterator[object]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _plain(getattr(value, field.name))
    else:
        yield value


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_section_says_a_word_of_its_own(name: str, audience: Audience, language: str) -> None:
    screening = SAMPLES[name]()
    known = given(screening) | NAMES
    untranslated = {
        (word, text[:90])
        for text in printed(compose(screening, Marked(language), audience))
        for word in WORD.findall(CODES.sub(" ", outside(text)))
        if word not in known and not (len(word) > 40 and any(w.startswith(word) for w in known))
    }
    assert untranslated == set()


# ----------------------------------------------------------------------------------------------
# Renderers
# ----------------------------------------------------------------------------------------------


@cache
def russian(audience: Audience) -> b.Document:
    return compose(sample.screening(), Translator("ru"), audience)


def words_of(document: b.Document) -> set[str]:
    held = " ".join(_everything(document))
    return set(WORD.findall(held))


def _everything(value: object) -> Iterator[str]:
    if isinstance(value, Drawing):
        yield from printed(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _everything(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in UNPRINTED - {"target"}:
                yield from _everything(getattr(value, field.name))


SPOKEN = ("aria-label", "alt", "title", "placeholder", "aria-description", "label")
"""Attributes that are read out or shown."""


@pytest.mark.parametrize("audience", Audience)
def test_html_prints_no_word_of_its_own(audience: Audience) -> None:
    document = russian(audience)
    source = re.sub(r"<script>.*?</script>", "", render_html(document).decode("utf-8"), flags=re.S)
    page = Page(source)
    texts = [*page.text]
    texts += [str(attrs[name]) for _, attrs in page.tags for name in SPOKEN if attrs.get(name)]
    assert set(WORD.findall(" ".join(texts))) - words_of(document) - NAMES == set()


@pytest.mark.parametrize("audience", Audience)
def test_pdf_prints_no_word_of_its_own(audience: Audience) -> None:
    document = russian(audience)
    held = re.sub(r"\s+", "", " ".join(_everything(document)))
    alone = words_of(document)
    pages = PdfReader(io.BytesIO(render_pdf(document))).pages
    unknown = set()
    for page in pages:
        for word in WORD.findall(page.extract_text().replace("\u200b", "")):
            # Words that lie close are read as one: both ends have to be words of the document.
            if word not in alone and word not in held and not _two(word, alone):
                unknown.add(word)
    assert unknown == set()


def _two(word: str, known: set[str]) -> bool:
    return any(word[:i] in known and word[i:] in known for i in range(1, len(word)))


@pytest.mark.parametrize("audience", Audience)
def test_docx_prints_no_word_of_its_own(audience: Audience) -> None:
    document = russian(audience)
    known = words_of(document) | NAMES
    with zipfile.ZipFile(io.BytesIO(render_docx(document))) as package:
        parts = [
            name
            for name in package.namelist()
            if re.fullmatch(r"word/(document|header\d+|footer\d+)\.xml", name)
        ]
        assert len(parts) >= 3
        for part in parts:
            root = ElementTree.fromstring(package.read(part))
            texts = [n.text or "" for n in root.iter() if n.tag.endswith("}t")]
            texts += [str(n.get("descr")) for n in root.iter() if n.get("descr")]
            assert set(WORD.findall(" ".join(texts))) - known == set()


# ----------------------------------------------------------------------------------------------
# A third language
# ----------------------------------------------------------------------------------------------


def test_the_options_offer_the_languages_that_there_are() -> None:
    assert OFFERED == LANGUAGES


def test_a_language_that_does_not_ship_needs_a_catalogue_and_a_locale_only() -> None:
    entries = {key: _mongolian(entry) for key, entry in catalogue("en").items()}
    locale = replace(LOCALES["en"], group="\u00a0", decimal=",")
    tr = Translator("mn", locale=locale, entries=entries)
    document = compose(sample.screening(), tr)
    said = " ".join(printed(document))
    assert document.language == "mn"
    assert "мн Summary" in said
    # What a rule or a layer does not say in that language stands in English, and shows it.
    assert "[en] Range of Asiatic cheetah, fence assumed" in said
    assert tr.text(Text(en="wolf", ru="волк", mn="чоно")) == "чоно"
    assert tr.text(Text(en="wolf", ru="волк")) == "[en] wolf"
    assert b"[en] Range of Asiatic cheetah" in render_html(document)
    assert PdfReader(io.BytesIO(render_pdf(document))).trailer["/Root"]["/Lang"] == "mn"


def _mongolian(entry: Entry) -> Entry:
    if isinstance(entry, str):
        return f"мн {entry}"
    return {form: text if form == "by" else f"мн {text}" for form, text in entry.items()}
