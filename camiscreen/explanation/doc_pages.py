"""The reference pages of ``docs/``: the pages of ``explain`` in files, with links among them."""

import re
from collections.abc import Iterable, Mapping

from camiscreen.explanation import coverage, judgement, policy, species
from camiscreen.explanation.page import Page, markdown, markdown_table
from camiscreen.i18n import Translator
from camiscreen.model import Pack, Rulebook

_REMARK = "<!-- Made from rules/ by docs/make_pages.py. Edit the rules, then run it again. -->"


def doc_pages(book: Rulebook, tr: Translator) -> dict[str, str]:
    """File name to Markdown text, each ending with a line feed."""
    files = {
        "rules.md": _rules(book, tr),
        "measures.md": _measures(book, tr),
        "species.md": _species(book, tr),
        "clauses.md": _clauses(book, tr),
        "coverage.md": _coverage(book, tr),
        "references.md": _references(book, tr),
        "conventions.md": _conventions(book, tr),
    }
    links = _links(book)
    return {
        name: "\n\n".join([_REMARK, *_linked(parts, links, name)]) + "\n"
        for name, parts in files.items()
    }


# ----------------------------------------------------------------------------------------------
# Files
# ----------------------------------------------------------------------------------------------


def _rules(book: Rulebook, tr: Translator) -> list[str]:
    pages = [judgement.rule_page(rule, book, tr) for rule in book.rules]
    return [*_head("rules", tr, version=book.version), _contents(pages, tr), *_sections(pages)]


def _measures(book: Rulebook, tr: Translator) -> list[str]:
    ordered = sorted(book.measures, key=lambda measure: measure.step)
    return [
        *_head("measures", tr),
        *_sections(judgement.measure_page(measure, book, tr) for measure in ordered),
    ]


def _species(book: Rulebook, tr: Translator) -> list[str]:
    columns = [tr.t(f"page.column.{name}") for name in species.COLUMNS]
    rows = [species.species_row(profile, book, tr) for profile in book.species]
    return [
        *_head("species", tr),
        markdown_table(columns, rows),
        tr.t("page.species_legend"),
        *_sections(species.species_page(profile, book, tr) for profile in book.species),
    ]


def _clauses(book: Rulebook, tr: Translator) -> list[str]:
    parts = _head("clauses", tr)
    for pack in book.packs:
        parts += [f"## {tr.text(pack.title)}", f"{pack.instrument}. {tr.text(pack.note)}"]
        for paragraph in pack.paragraphs:
            parts.append(_anchored(policy.paragraph_page(paragraph, pack, book, tr), 3))
        for section in pack.sections:
            cited = pack.cite(section.number)
            parts.append(f'<a id="{anchor(cited)}"></a>\n\n## {cited} · {tr.text(section.title)}')
            parts += [
                _anchored(policy.clause_page(clause, pack, book, tr), 3)
                for clause in pack.clauses
                if clause.section == section.number
            ]
    return parts


def _coverage(book: Rulebook, tr: Translator) -> list[str]:
    parts = _head("coverage", tr)
    for pack in book.packs:
        if pack.coverage:
            parts += [f"## {tr.text(pack.title)}", *_coverage_table(pack, book, tr)]
    return parts


def _coverage_table(pack: Pack, book: Rulebook, tr: Translator) -> list[str]:
    answers = coverage.answers(pack, book)
    summaries = {clause.id: clause.summary for clause in pack.clauses}
    rows = []
    for answer in answers:
        features = "; ".join(policy.feature_line(feature, tr) for feature in answer.features)
        reason = ""
        if not answer.implemented and answer.row.reason:
            reason = tr.text(answer.row.reason)
        rows.append(
            (
                pack.cite(answer.clause),
                tr.text(summaries[answer.clause]),
                ", ".join(answer.rules),
                ", ".join(answer.measures),
                features,
                reason,
            )
        )
    done = sum(answer.implemented for answer in answers)
    columns = ("clause", "asks", "rules", "measures", "features", "no_rule")
    return [
        tr.t("docs.coverage.sum", n=len(answers), done=done, rest=len(answers) - done),
        markdown_table([tr.t(f"docs.column.{name}") for name in columns], rows),
    ]


def _references(book: Rulebook, tr: Translator) -> list[str]:
    return [
        *_head("references", tr),
        *_sections(policy.reference_page(reference, book, tr) for reference in book.references),
    ]


def _conventions(book: Rulebook, tr: Translator) -> list[str]:
    return [*_head("conventions", tr), *_sections(judgement.convention_pages(book, tr))]


# ----------------------------------------------------------------------------------------------
# Setting
# ----------------------------------------------------------------------------------------------


def _head(name: str, tr: Translator, **values: str) -> list[str]:
    return [f"# {tr.t(f'docs.{name}.title')}", tr.t(f"docs.{name}.lead", **values)]


def _contents(pages: Iterable[Page], tr: Translator) -> str:
    rows = [(page.id, page.name) for page in pages]
    return markdown_table([tr.t("cli.column.rule"), tr.t("cli.column.title")], rows)


def _sections(pages: Iterable[Page]) -> list[str]:
    return [_anchored(page, 2) for page in pages]


def _anchored(page: Page, level: int) -> str:
    return f'<a id="{anchor(page.id)}"></a>\n\n{markdown(page, level)}'


def anchor(identifier: str) -> str:
    """The anchor of an id: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")


def _links(book: Rulebook) -> dict[str, str]:
    """Where each id that is a name of its own stands; words such as ``saiga`` are none."""
    links = {}
    for rule in book.rules:
        links[rule.id] = "rules.md"
    for measure in book.measures:
        links[measure.id] = "measures.md"
    for reference in book.references:
        links[reference.id] = "references.md"
    for pack in book.packs:
        links |= {pack.cite(section.number): "clauses.md" for section in pack.sections}
        links |= {pack.cite(clause.id): "clauses.md" for clause in pack.clauses}
        links |= {pack.cite_paragraph(item.id): "clauses.md" for item in pack.paragraphs}
    return links


def _linked(parts: Iterable[str], links: Mapping[str, str], own_file: str) -> list[str]:
    """Every id outside headings and charts leads to its page."""
    ids = "|".join(re.escape(id_) for id_ in sorted(links, key=lambda id_: -len(id_)))
    pattern = re.compile(rf"(?<![\w./(\[-])(?:{ids})(?![\w(]|\.\d|-\d)|(?<=\()(?:{ids})(?![\w(])")

    def link(match: re.Match[str]) -> str:
        file = links[match[0]]
        return f"[{match[0]}]({'' if file == own_file else file}#{anchor(match[0])})"

    result = []
    for part in parts:
        lines, in_chart = [], False
        for line in part.split("\n"):
            in_chart ^= line.startswith("```")
            fixed = in_chart or line.startswith(("#", "<a ", "```"))
            lines.append(line if fixed else pattern.sub(link, line))
        result.append("\n".join(lines))
    return result


def plain_of(text: str) -> str:
    """A generated text without its links: what ``explain --format md`` prints, one level lower."""
    return re.sub(r"\[([^\]]+)\]\((?:[a-z]+\.md)?#[a-z0-9-]+\)", r"\1", text)
