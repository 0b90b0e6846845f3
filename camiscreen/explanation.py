"""The text behind an id: rule, clause, measure, species, criterion, reference, exit code."""

from collections.abc import Iterable

from camiscreen.conditions import in_words
from camiscreen.data_files import suggestion
from camiscreen.errors import CamiscreenError
from camiscreen.i18n import Translator
from camiscreen.model import (
    Clause,
    Criterion,
    Framework,
    Instrument,
    Measure,
    Pack,
    Paragraph,
    Reference,
    Rule,
    Rulebook,
    Species,
)

EXIT_CODES = ("0", "1", "2", "3", "10")


def explain(identifier: str, book: Rulebook, tr: Translator) -> str:
    """What an id stands for, in the translator's language.

    ``3.5(f)`` and ``POW 3.5(f)`` are one; case and blanks do not count; of a finding's id, such as
    ``RNG-001:saiga``, the rule is explained. Raises CamiscreenError
    with a suggestion for an id that nothing has.
    """
    wanted = _key(identifier.split(":", maxsplit=1)[0])
    entries = dict(_entries(book, tr))
    if wanted in entries:
        return entries[wanted]
    hint = suggestion(wanted, entries)
    raise CamiscreenError(
        f"{identifier}: no rule, clause, measure, species, criterion, reference or exit code has "
        f"this id{hint}"
    )


def _key(identifier: str) -> str:
    key = "".join(identifier.lower().split())
    return key.removeprefix("pow") if key != "pow" else key


def _entries(book: Rulebook, tr: Translator) -> Iterable[tuple[str, str]]:
    """Every id with its text; later ones win, so that an exit code is not a section."""
    for pack in book.packs:
        for section in pack.sections:
            yield (
                _key(section.number),
                f"{pack.instrument}, {section.number}\n{tr.text(section.title)}",
            )
        for paragraph in pack.paragraphs:
            yield _key(f"Res. {paragraph.id}"), _paragraph(paragraph, pack, tr)
        for clause in pack.clauses:
            yield _key(clause.id), _clause(clause, pack, book, tr)
    for code in EXIT_CODES:
        yield code, f"{tr.t('cli.exit_code')} {code}\n{tr.t(f'cli.exit.{code}')}"
    for reference in book.references:
        yield _key(reference.id), _reference(reference, tr)
    for framework in book.frameworks:
        yield _key(framework.id), _framework(framework, tr)
        instruments = {instrument.id: instrument for instrument in framework.instruments}
        for criterion in framework.criteria:
            instrument = instruments[criterion.instrument]
            yield _key(criterion.id), _criterion(criterion, instrument, framework, tr)
    for species in book.species:
        yield _key(species.id), _species(species, tr)
    for measure in book.measures:
        yield _key(measure.id), _measure(measure, book, tr)
    for rule in book.rules:
        yield _key(rule.id), _rule(rule, book, tr)


def _paragraph(paragraph: Paragraph, pack: Pack, tr: Translator) -> str:
    return f"{pack.instrument.split(',')[0]}, {paragraph.id}\n{tr.text(paragraph.summary)}"


def _clause(clause: Clause, pack: Pack, book: Rulebook, tr: Translator) -> str:
    cited = f"POW {clause.id}"
    users = [rule.id for rule in book.rules if cited in rule.sources]
    users += [measure.id for measure in book.measures if cited in measure.clauses]
    lines = [
        f"{cited} · {pack.instrument}",
        tr.text(clause.summary),
        f"{tr.t('cli.label.responsible')}: {', '.join(clause.responsible)}",
        f"{tr.t('cli.label.priority')}: {clause.priority or '–'}",
        f"{tr.t('cli.label.used_by')}: {', '.join(users) or '–'}",
    ]
    return "\n".join(lines)


def _reference(reference: Reference, tr: Translator) -> str:
    lines = [reference.id, reference.citation]
    if reference.url:
        lines.append(reference.url)
    lines.append(f"{tr.t('cli.label.seen')}: {tr.term('seen', reference.seen)}")
    return "\n".join(lines)


def _framework(framework: Framework, tr: Translator) -> str:
    lines = [
        f"{framework.id} · {tr.text(framework.title)} · {tr.word(framework.kind)}",
        tr.text(framework.note),
        f"{tr.t('cli.label.criteria')}:",
    ]
    for criterion in framework.criteria:
        mark = "" if criterion.verified else f" ({tr.t('cli.label.to_be_checked')})"
        lines.append(f"  {criterion.id}{mark} {tr.text(criterion.requirement)}")
    return "\n".join(lines)


def _criterion(
    criterion: Criterion, instrument: Instrument, framework: Framework, tr: Translator
) -> str:
    title, edition = tr.text(instrument.title), tr.text(instrument.edition)
    checked = "framework.mark.verified" if criterion.verified else "framework.mark.to_be_checked"
    lines = [
        f"{criterion.id} · {tr.text(framework.title)}",
        f"{title} ({edition}), {tr.text(criterion.locator)}",
        "",
        tr.text(criterion.requirement),
    ]
    spec = criterion.numeric
    if spec is not None:
        values = "–".join(
            tr.number(v, 0 if v.is_integer() else len(str(v).partition(".")[2]))
            for v in map(float, spec.values)
        )
        name, unit = tr.term("parameter", spec.parameter), tr.term("measure_unit", spec.unit)
        mark = "verified" if spec.verified else "to_be_checked"
        stated = f"{name} {spec.operator} {values} {unit}".rstrip()
        lines.append(f"{stated} ({tr.t(f'framework.mark.{mark}')})")
    lines += [
        "",
        f"{tr.t('cli.label.role')}: {tr.word(criterion.role)}",
        f"{tr.t('cli.label.basis')}: {tr.word(criterion.basis)}, {tr.t(checked)}",
        f"{tr.t('cli.label.states')}: {', '.join(criterion.states) or '–'}",
        f"{tr.t('cli.label.kinds')}: {', '.join(map(tr.word, criterion.kinds)) or '–'}",
    ]
    if criterion.subject is not None:
        lines.append(f"{tr.t('cli.label.when')} ({tr.term('term', criterion.subject)}):")
        lines += [f"  {c.attribute or c.quantity}: {in_words(c)}" for c in criterion.triggers]
    if criterion.missing is not None:
        lines.append(f"{tr.t('framework.missing')} {tr.text(criterion.missing)}")
    if criterion.note is not None:
        lines.append(tr.text(criterion.note))
    lines.append(f"{tr.t('cli.label.references')}: {', '.join(criterion.references)}")
    return "\n".join(lines)


def _species(species: Species, tr: Translator) -> str:
    appendix = " & ".join(species.cms_appendix) or "–"
    verified = "" if species.iucn.verified else f" ({tr.t('cli.label.to_be_checked')})"
    year = f" ({species.iucn.year})" if species.iucn.year else ""
    return "\n".join(
        [
            f"{species.id} · {tr.text(species.name)} · {species.current_name}",
            f"CMS: {appendix} ({species.listing_name})",
            f"IUCN: {species.iucn.category}{year}{verified}",
            f"{tr.t('cli.label.range_states')}: {', '.join(species.range_states)}",
            f"{tr.t('cli.label.sections')}: {', '.join('POW ' + s for s in species.sections)}",
        ]
    )


def _measure(measure: Measure, book: Rulebook, tr: Translator) -> str:
    users = [rule.id for rule in book.rules if measure.id in rule.measures]
    return "\n".join(
        [
            f"{measure.id} · {tr.word(measure.step)}",
            tr.text(measure.text),
            tr.text(measure.evidence),
            f"{tr.t('cli.label.evidence')}: {tr.word(measure.evidence_strength)}",
            f"{tr.t('cli.label.clauses')}: {', '.join(measure.clauses)}",
            f"{tr.t('cli.label.references')}: {', '.join(measure.references)}",
            f"{tr.t('cli.label.used_by')}: {', '.join(users) or '–'}",
        ]
    )


def _rule(rule: Rule, book: Rulebook, tr: Translator) -> str:
    def named(template: str) -> str:
        for name in ("species", "states", "subject"):
            template = template.replace(f"{{{name}}}", f"‹{tr.t(f'cli.placeholder.{name}')}›")
        return template

    measures = {measure.id: measure for measure in book.measures}
    lines = [
        f"{rule.id} · {named(tr.text(rule.title))}",
        "",
        named(tr.text(rule.statement)),
        "",
        tr.text(rule.why),
        "",
        f"{tr.t('cli.label.when')}:",
        *(f"  {test.attribute or test.quantity}: {in_words(test)}" for test in rule.when),
    ]
    if rule.sensitivity and rule.magnitude:
        lines.append(f"{tr.t('cli.label.levels')}: {rule.sensitivity} × {rule.magnitude}")
    if rule.measures:
        lines += ["", f"{tr.t('cli.label.measures')}:"]
        for id_ in rule.measures:
            step = tr.word(measures[id_].step)
            lines.append(f"  {id_} ({step}) {tr.text(measures[id_].text)}")
    lines += ["", f"{tr.t('cli.label.sources')}: {', '.join(rule.sources)}"]
    return "\n".join(lines)
