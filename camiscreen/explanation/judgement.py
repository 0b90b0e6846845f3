"""Pages of what judges: rules, measures, zones, the matrix and its tables, exit codes."""

from collections.abc import Sequence

from camiscreen.explanation import words
from camiscreen.explanation.page import Block, Heading, Items, Page, Pairs, Paragraph, Table
from camiscreen.i18n import Translator
from camiscreen.model import (
    PLACEHOLDERS,
    UNCERTAINTY_ZONE,
    Indicator,
    Measure,
    Rule,
    Rulebook,
    TableRow,
    ZoneSpec,
)
from camiscreen.vocabulary import (
    ATTRIBUTE_VALUES,
    SUBJECT_FACTS,
    Attribute,
    Magnitude,
    Outcome,
    Quantity,
    Sensitivity,
    Subject,
)

EXIT_CODES = ("0", "1", "2", "3", "10")


def rule_page(rule: Rule, book: Rulebook, tr: Translator) -> Page:
    """A rule: what it says, why, when it applies, what to do, on what it rests."""
    blocks: list[Block] = [
        Paragraph(text=named(tr.text(rule.statement), tr)),
        Paragraph(text=tr.text(rule.why)),
        Pairs(
            pairs=(
                (tr.t("page.asked_about"), tr.t(f"page.subject.{rule.subject}")),
                (tr.t("cli.label.levels"), _levels(rule, tr)),
                (tr.t("page.outcome"), _outcome(rule, tr)),
                (tr.t("page.confidence"), _confidence(rule, tr)),
                (tr.t("page.unknown_design"), _unknown(rule, tr)),
                (tr.t("cli.label.sources"), words.cited(rule.sources)),
                (tr.t("page.since"), rule.since),
            )
        ),
        Heading(text=tr.t("cli.label.when")),
        Items(items=words.conditions(rule.when, book, tr)),
    ]
    if rule.survey is not None:
        method = f" {tr.text(rule.survey.method)}." if rule.survey.method else ""
        asked = named(tr.text(rule.survey.what), tr)
        cited = words.cited(rule.survey.sources)
        blocks += [
            Heading(text=tr.t("page.survey")),
            Paragraph(text=f"{asked}.{method} ({cited})"),
        ]
    if rule.measures:
        known = {measure.id: measure for measure in book.measures}
        blocks += [
            Heading(text=tr.t("cli.label.measures")),
            Items(items=tuple(measure_line(known[id_], tr) for id_ in rule.measures)),
        ]
    return Page(id=rule.id, name=named(tr.text(rule.title), tr), blocks=tuple(blocks))


def measure_line(measure: Measure, tr: Translator) -> str:
    """A measure in one line: id, step, text."""
    return (
        f"{measure.id} ({tr.word(measure.step).lower()}): {tr.text(measure.text)}"
        f"{words.unchecked(measure.verified, tr)}"
    )


def named(template: str, tr: Translator) -> str:
    """A template as a person reads it: ``‹species›`` where the name of one will stand."""
    for name in PLACEHOLDERS:
        template = template.replace(f"{{{name}}}", f"‹{tr.t(f'cli.placeholder.{name}')}›")
    return template


def _levels(rule: Rule, tr: Translator) -> str:
    if rule.sensitivity is None or rule.magnitude is None:
        return ""
    said = [
        tr.t("page.by_table") if level == "by_table" else tr.term(family, level).lower()
        for family, level in (("sensitivity", rule.sensitivity), ("magnitude", rule.magnitude))
    ]
    return " × ".join(said)


def _outcome(rule: Rule, tr: Translator) -> str:
    if rule.outcome is Outcome.FINDING:
        return ""
    return tr.t("page.outcome.required" if rule.required else "page.outcome.not_assessed")


def _confidence(rule: Rule, tr: Translator) -> str:
    if rule.outcome is not Outcome.FINDING:
        return ""
    return tr.t("page.confidence_text", level=tr.word(rule.confidence).lower())


def _unknown(rule: Rule, tr: Translator) -> str:
    passes = any("unknown" in test.any_of and len(test.any_of) > 1 for test in rule.when)
    return tr.t("page.worst_case") if passes else ""


def measure_page(measure: Measure, book: Rulebook, tr: Translator) -> Page:
    """A measure: what to do, for whom, how well its effect is known, with which figures."""
    users = [rule.id for rule in book.rules if measure.id in rule.measures]
    strength = tr.word(measure.evidence_strength)
    if measure.analogue:
        strength += f". {tr.t('measure.analogue')}"
    blocks: list[Block] = [
        Paragraph(text=tr.text(measure.text) + words.unchecked(measure.verified, tr)),
        Paragraph(text=tr.text(measure.evidence)),
    ]
    if measure.note:
        blocks.append(Paragraph(text=tr.text(measure.note)))
    blocks.append(
        Pairs(
            pairs=(
                (tr.t("page.kinds"), words.kinds(measure.kinds, tr)),
                (
                    tr.t("page.groups"),
                    ", ".join(words.species_name(id_, book, tr) for id_ in measure.species)
                    or ", ".join(words.group(g, tr) for g in measure.species_groups),
                ),
                (tr.t("cli.label.evidence"), strength),
                (tr.t("cli.label.clauses"), words.cited(measure.clauses)),
                (tr.t("cli.label.references"), words.cited(measure.references)),
                (tr.t("cli.label.used_by"), words.cited(users)),
            )
        )
    )
    if measure.indicators:
        blocks += [
            Heading(text=tr.t("monitoring.indicators")),
            Items(items=tuple(_indicator(item, tr) for item in measure.indicators)),
        ]
    if measure.numbers:
        blocks += [
            Heading(text=tr.t("page.figures")),
            Items(items=tuple(words.figure(spec, tr) for spec in measure.numbers)),
        ]
    return Page(id=measure.id, name=tr.word(measure.step), blocks=tuple(blocks))


def _indicator(indicator: Indicator, tr: Translator) -> str:
    """What is counted, how and when, in one line."""
    when = f" {tr.text(indicator.when)}." if indicator.when else ""
    cited = words.cited(indicator.sources)
    return f"{tr.text(indicator.what)}. {tr.text(indicator.how)}.{when} ({cited})"


# ----------------------------------------------------------------------------------------------
# The tool's own conventions
# ----------------------------------------------------------------------------------------------


def zone_page(zone: ZoneSpec, tr: Translator) -> Page:
    """A zone: how wide, and why."""
    return Page(
        id=zone.id,
        name=tr.text(zone.title),
        blocks=(
            Paragraph(text=tr.text(zone.why)),
            Pairs(
                pairs=(
                    (tr.t("head.width"), tr.km(zone.width_m)),
                    (tr.t("cli.label.sources"), words.cited(zone.sources)),
                )
            ),
        ),
    )


def uncertainty_page(tr: Translator) -> Page:
    """The zone that every layer brings along."""
    return Page(
        id=UNCERTAINTY_ZONE,
        name=tr.t("page.uncertainty"),
        blocks=(Paragraph(text=tr.t("page.uncertainty_text")),),
    )


def matrix_page(book: Rulebook, tr: Translator) -> Page:
    """The significance matrix."""
    level = {(c.sensitivity, c.magnitude): c.significance for c in book.matrix}
    rows = tuple(
        (tr.word(s), *(tr.word(level[s, m]) for m in Magnitude)) for s in reversed(Sensitivity)
    )
    return Page(
        id="matrix",
        name=tr.t("page.matrix"),
        blocks=(
            Paragraph(text=tr.text(book.matrix_why)),
            Table(
                columns=(tr.t("method.matrix_corner"), *(tr.word(m) for m in Magnitude)), rows=rows
            ),
        ),
    )


def table_page(name: str, rows: Sequence[TableRow], book: Rulebook, tr: Translator) -> Page:
    """The table of sensitivity or of magnitude, each row with its reason."""
    blocks: list[Block] = [Paragraph(text=tr.t("method.first_row"))]
    blocks.append(
        Items(
            items=tuple(
                f"{tr.term(name, row.level)}: {'; '.join(words.conditions(row.when, book, tr))}. "
                f"{tr.text(row.why)} ({words.cited(row.sources)})"
                for row in rows
            )
        )
    )
    return Page(id=name, name=tr.t(f"method.{name}"), blocks=tuple(blocks))


def facts_page(tr: Translator) -> Page:
    """Every subject that a rule may be asked about, with the facts that it may test."""
    blocks: list[Block] = [Paragraph(text=tr.t("page.facts_text"))]
    for subject in Subject:
        known = SUBJECT_FACTS[subject]
        rows = [
            (name, tr.term("term", name), _values(name, tr))
            for name in (*map(str, Attribute), *map(str, Quantity))
            if name in known
        ]
        columns = tuple(tr.t(f"page.column.{key}") for key in ("fact", "meaning", "values"))
        blocks += [
            Heading(text=f"{subject}: {tr.t(f'page.subject.{subject}')}"),
            Table(columns=columns, rows=tuple(rows)),
        ]
    return Page(id="facts", name=tr.t("page.facts"), blocks=tuple(blocks))


def _values(name: str, tr: Translator) -> str:
    if name in set(Quantity):
        return tr.t("page.a_number")
    values = ATTRIBUTE_VALUES[Attribute(name)]
    if values is None:
        return tr.t("page.of_the_rulebook")
    return ", ".join(map(str, sorted(values, key=str)))


def exit_code_page(code: str, tr: Translator) -> Page:
    """What an exit code says."""
    return Page(
        id=code, name=tr.t("cli.exit_code"), blocks=(Paragraph(text=tr.t(f"page.exit.{code}")),)
    )


def convention_pages(book: Rulebook, tr: Translator) -> tuple[Page, ...]:
    """Everything that is the tool's own convention, in the order in which it is used."""
    return (
        *(zone_page(zone, tr) for zone in book.zones),
        uncertainty_page(tr),
        table_page("sensitivity", book.sensitivity_table, book, tr),
        table_page("magnitude", book.magnitude_table, book, tr),
        matrix_page(book, tr),
        facts_page(tr),
        *(exit_code_page(code, tr) for code in EXIT_CODES),
    )
