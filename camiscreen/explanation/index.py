"""Which page an id leads to."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from camiscreen.data_files import closest
from camiscreen.errors import CamiscreenError
from camiscreen.explanation import frameworks, judgement, policy, species
from camiscreen.explanation.page import Page
from camiscreen.i18n import Translator
from camiscreen.model import Pack, Rulebook

MakePage = Callable[[], Page]


def explain(identifier: str, book: Rulebook, tr: Translator) -> tuple[Page, ...]:
    """The pages of an id, in the translator's language; case and blanks do not count.

    A number without its pack's prefix (``3.5(f)``) is looked for in every pack, so that two
    programmes with the same number give two pages. Raises CamiscreenError with a suggestion for
    an id that nothing has.
    """
    # Of a finding's id, such as RNG-001:saiga, the rule is explained.
    wanted = _key(identifier.split(":", maxsplit=1)[0])
    entries = list(_entries(book, tr))
    pages = tuple(make() for label, make in entries if _key(label) == wanted)
    if pages:
        return pages
    profile = species.by_name(identifier, book)
    if profile is not None:
        return (species.species_page(profile, book, tr),)
    if re.fullmatch(r"[fn]\d+", wanted):
        raise CamiscreenError(
            f"{identifier}: this is the number of a line of one report, and another project has "
            "another there; give the id that stands beside it, such as RNG-001"
        )
    labels = {_key(label): label for label, _ in entries}
    close = closest(wanted, labels)
    hint = f" (did you mean {labels[close]}?)" if close else ""
    raise CamiscreenError(
        f"{identifier}: no rule, clause, measure, species, criterion, reference, zone, table or "
        f"exit code has this id{hint}"
    )


def _key(identifier: str) -> str:
    return "".join(identifier.lower().split())


def _entries(book: Rulebook, tr: Translator) -> Iterator[tuple[str, MakePage]]:
    """Every id, as it is cited, with what makes its page."""
    for rule in book.rules:
        yield rule.id, partial(judgement.rule_page, rule, book, tr)
    for measure in book.measures:
        yield measure.id, partial(judgement.measure_page, measure, book, tr)
    for profile in book.species:
        yield profile.id, partial(species.species_page, profile, book, tr)
    for reference in book.references:
        yield reference.id, partial(policy.reference_page, reference, book, tr)
    for framework in book.frameworks:
        yield framework.id, partial(frameworks.framework_page, framework, tr)
        instruments = {instrument.id: instrument for instrument in framework.instruments}
        for criterion in framework.criteria:
            instrument = instruments[criterion.instrument]
            make = partial(frameworks.criterion_page, criterion, instrument, framework, tr)
            yield criterion.id, make
    for page in judgement.convention_pages(book, tr):
        yield page.id, partial(_same, page)
    for pack in book.packs:
        yield from _pack_entries(pack, book, tr)


def _same(page: Page) -> Page:
    return page


def _pack_entries(pack: Pack, book: Rulebook, tr: Translator) -> Iterator[tuple[str, MakePage]]:
    """Clauses and sections with and without the prefix; a bare 3 is the exit code."""
    for section in pack.sections:
        make = partial(policy.section_page, section, pack, book, tr)
        yield pack.cite(section.number), make
        if section.number not in judgement.EXIT_CODES:
            yield section.number, make
    for clause in pack.clauses:
        make = partial(policy.clause_page, clause, pack, book, tr)
        yield pack.cite(clause.id), make
        yield clause.id, make
    for paragraph in pack.paragraphs:
        yield (
            pack.cite_paragraph(paragraph.id),
            partial(policy.paragraph_page, paragraph, pack, book, tr),
        )
