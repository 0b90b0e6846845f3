"""What was coarsened: said at the top of the report, where nobody can overlook it."""

from collections.abc import Sequence
from dataclasses import replace

from camiscreen.report import blocks as b
from camiscreen.report.data_provenance import redaction_note
from camiscreen.report.sections.common import Context
from camiscreen.report.text import short


def announced(ctx: Context, sections: Sequence[b.Section]) -> list[b.Section]:
    """The sections, with the notice at the top of the first of them and of the summary."""
    notice = _notice(ctx)
    if notice is None:
        return list(sections)
    return [
        replace(section, blocks=(notice, *section.blocks), turned=0)
        if index == 0 or section.anchor == "summary"
        else section
        for index, section in enumerate(sections)
    ]


def cover_note(ctx: Context) -> str:
    """The notice in one sentence, for the first page; empty where nothing was coarsened."""
    redaction = ctx.screening.redaction
    return f" {ctx.tr.t('redaction.title')}." if redaction and redaction.finding_ids else ""


def _notice(ctx: Context) -> b.Callout | None:
    tr, redaction = ctx.tr, ctx.screening.redaction
    if redaction is None:
        return None
    if not redaction.layer_ids:
        return b.Callout(
            title=tr.t("redaction.title_none"), paragraphs=(b.runs(tr.t("redaction.nothing")),)
        )
    names = [
        short(tr.text(ctx.layers[layer].title)) if layer in ctx.layers else short(layer)
        for layer in redaction.layer_ids
    ]
    cited = ctx.cites(redaction.references)
    return b.Callout(
        title=tr.t("redaction.title"),
        paragraphs=(
            b.runs(redaction_note(redaction, tr)),
            b.runs(tr.t("redaction.judged")),
            b.runs(tr.t("redaction.layers", layers="; ".join(names))),
            (*b.runs(tr.t("redaction.basis"), " "), *cited, b.text(".")),
        ),
    )
