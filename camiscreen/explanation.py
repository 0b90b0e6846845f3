"""The text behind an id: rule, clause, measure, species, reference, exit code."""

from collections.abc import Iterable

from camiscreen.conditions import in_words
from camiscreen.data_files import suggestion
from camiscreen.errors import CamiscreenError
from camiscreen.i18n import Translator
from camiscreen.model import Clause, Measure, Pack, Paragraph, Reference, Rule, Rulebook, Species

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
        f"{identifier}: no rule, clause, measure, species, reference or exit code has this id{hint}"
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
