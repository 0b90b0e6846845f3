"""Pages of what is cited: clauses, sections, paragraphs, references."""

from camiscreen.explanation import coverage, species, words
from camiscreen.explanation.page import Block, Items, Page, Pairs, Paragraph
from camiscreen.i18n import Translator
from camiscreen.model import Clause, Feature, Pack, Reference, Rulebook, Section, Text
from camiscreen.model import Paragraph as OperativeParagraph


def clause_page(clause: Clause, pack: Pack, book: Rulebook, tr: Translator) -> Page:
    """A clause: what it asks of whom, and what uses it."""
    rules, measures = words.users(pack.cite(clause.id), book)
    answer = coverage.answer(clause.id, pack, book)
    title = next(tr.text(s.title) for s in pack.sections if s.number == clause.section)
    blocks: list[Block] = [Paragraph(text=tr.text(clause.summary))]
    blocks += [
        Paragraph(text=f"{tr.t('page.as_printed')}: {tr.text(Text(en=quirk.en, ru=quirk.ru))}")
        for quirk in pack.quirks
        if quirk.clause == clause.id
    ]
    features = [feature_line(f, tr) for f in answer.features] if answer else []
    pairs = [
        (tr.t("page.instrument"), pack.instrument),
        (tr.t("cli.label.responsible"), words.responsible(clause.responsible, tr)),
        (tr.t("cli.label.priority"), words.priority(clause.priority, tr)),
        (tr.t("page.rules"), ", ".join(rules)),
        (tr.t("cli.label.measures"), ", ".join(measures)),
        (tr.t("page.features"), "; ".join(features)),
    ]
    if answer is not None and not answer.implemented and answer.row.reason:
        pairs.append((tr.t("page.no_rule"), tr.text(answer.row.reason)))
    elif not rules and not measures and not features:
        pairs.append((tr.t("cli.label.used_by"), words.NONE))
    blocks.append(Pairs(pairs=tuple(pairs)))
    return Page(id=pack.cite(clause.id), name=title, blocks=tuple(blocks))


def feature_line(feature: Feature, tr: Translator) -> str:
    """A feature of the program and where it is met."""
    return f"{tr.text(feature.title)} ({feature.where})"


def section_page(section: Section, pack: Pack, book: Rulebook, tr: Translator) -> Page:
    """A section: its species and its clauses."""
    clauses = [clause for clause in pack.clauses if clause.section == section.number]
    return Page(
        id=pack.cite(section.number),
        name=tr.text(section.title),
        blocks=(
            Pairs(
                pairs=(
                    (tr.t("page.instrument"), pack.instrument),
                    (
                        tr.t("page.species"),
                        ", ".join(words.species_name(s, book, tr) for s in section.species),
                    ),
                    (
                        tr.t("page.states"),
                        ", ".join(words.state(iso3, tr) for iso3 in section.countries),
                    ),
                )
            ),
            Items(items=tuple(f"{pack.cite(c.id)}: {tr.text(c.summary)}" for c in clauses)),
        ),
    )


def paragraph_page(
    paragraph: OperativeParagraph, pack: Pack, book: Rulebook, tr: Translator
) -> Page:
    """An operative paragraph of the resolution that adopts a programme."""
    rules, measures = words.users(pack.cite_paragraph(paragraph.id), book)
    return Page(
        id=pack.cite_paragraph(paragraph.id),
        name=pack.instrument.split(",")[0],
        blocks=(
            Paragraph(text=tr.text(paragraph.summary)),
            Pairs(pairs=((tr.t("cli.label.used_by"), words.cited([*rules, *measures])),)),
        ),
    )


def reference_page(reference: Reference, book: Rulebook, tr: Translator) -> Page:
    """A source, how much of it was read, and what rests on it."""
    rules, measures = words.users(reference.id, book)
    profiles = [s.id for s in book.species if reference.id in species.references_of(s)]
    return Page(
        id=reference.id,
        name="",
        blocks=(
            Paragraph(text=reference.citation),
            Pairs(
                pairs=(
                    (tr.t("page.address"), reference.url or ""),
                    (tr.t("cli.label.seen"), tr.term("seen", reference.seen)),
                    (
                        tr.t("page.backs"),
                        tr.t("page.backs_yes" if reference.backs_numbers else "page.backs_no"),
                    ),
                    (tr.t("cli.label.used_by"), words.cited([*rules, *measures, *profiles])),
                )
            ),
        ),
    )
