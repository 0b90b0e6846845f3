"""Pages of lender, national and convention frameworks and of their criteria."""

from camiscreen.explanation.page import Block, Heading, Items, Page, Pairs, Paragraph
from camiscreen.i18n import Translator
from camiscreen.judging.conditions import in_words
from camiscreen.model import Criterion, Framework, Instrument


def framework_page(framework: Framework, tr: Translator) -> Page:
    """A framework: whose it is, and its criteria."""
    items = []
    for criterion in framework.criteria:
        mark = "" if criterion.verified else f" ({tr.t('cli.label.to_be_checked')})"
        items.append(f"{criterion.id}{mark}: {tr.text(criterion.requirement)}")
    return Page(
        id=framework.id,
        name=f"{tr.text(framework.title)} ({tr.word(framework.kind)})",
        blocks=(
            Paragraph(text=tr.text(framework.note)),
            Heading(text=tr.t("cli.label.criteria")),
            Items(items=tuple(items)),
        ),
    )


def criterion_page(
    criterion: Criterion, instrument: Instrument, framework: Framework, tr: Translator
) -> Page:
    """A criterion: what it says, how far it was read, when it is taken as met."""
    checked = "framework.mark.verified" if criterion.verified else "framework.mark.to_be_checked"
    title, edition = tr.text(instrument.title), tr.text(instrument.edition)
    blocks: list[Block] = [
        Paragraph(text=f"{title} ({edition}), {tr.text(criterion.locator)}"),
        Paragraph(text=tr.text(criterion.requirement)),
    ]
    if criterion.numeric is not None:
        blocks.append(Paragraph(text=_figure(criterion, tr)))
    blocks.append(
        Pairs(
            pairs=(
                (tr.t("cli.label.role"), tr.word(criterion.role)),
                (tr.t("cli.label.basis"), f"{tr.word(criterion.basis)}, {tr.t(checked)}"),
                (tr.t("cli.label.states"), ", ".join(criterion.states)),
                (tr.t("cli.label.kinds"), ", ".join(map(tr.word, criterion.kinds))),
                (tr.t("cli.label.references"), ", ".join(criterion.references)),
            )
        )
    )
    if criterion.subject is not None:
        asked = f"{tr.t('cli.label.when')} ({tr.term('term', criterion.subject)})"
        tests = tuple(f"{c.attribute or c.quantity}: {in_words(c)}" for c in criterion.triggers)
        blocks += [Heading(text=asked), Items(items=tests)]
    if criterion.missing is not None:
        text = f"{tr.t('framework.missing')} {tr.text(criterion.missing)}"
        blocks.append(Paragraph(text=text))
    if criterion.note is not None:
        blocks.append(Paragraph(text=tr.text(criterion.note)))
    return Page(id=criterion.id, name=tr.text(framework.title), blocks=tuple(blocks))


def _figure(criterion: Criterion, tr: Translator) -> str:
    spec = criterion.numeric
    assert spec is not None
    values = "–".join(
        tr.number(v, 0 if v.is_integer() else len(str(v).partition(".")[2]))
        for v in map(float, spec.values)
    )
    name, unit = tr.term("parameter", spec.parameter), tr.term("measure_unit", spec.unit)
    mark = "verified" if spec.verified else "to_be_checked"
    stated = f"{name} {spec.operator} {values} {unit}".rstrip()
    return f"{stated} ({tr.t(f'framework.mark.{mark}')})"
