"""What a finding rests on: every condition that was asked, and what its sources are."""

from camiscreen.model import Finding
from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context


def trace_table(ctx: Context, finding: Finding) -> b.Table:
    """Each step of the judgement: subject, test, the value that stood there, whether it held."""
    tr = ctx.tr
    return b.Table(
        label=tr.t("trace.label", number=finding.number),
        columns=(
            b.Column(head=tr.t("trace.subject"), share=2.6),
            b.Column(head=tr.t("trace.test"), share=3.4),
            b.Column(head=tr.t("trace.value"), share=3),
            b.Column(head=tr.t("trace.holds"), share=1),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(tr.term("term", step.subject)),
                    b.runs(b.code(step.test)),
                    b.runs(b.code(step.value)),
                    b.runs(tr.t("yes" if step.holds else "no")),
                )
            )
            for step in finding.trace
        ),
    )


def sources(ctx: Context, finding: Finding) -> tuple[b.Source, ...]:
    """The references and clauses that a finding cites, with what they are.

    Those of its measures stand in the ladder. A source that the rulebook does not hold is named
    without more.
    """
    return tuple(
        b.Source(cite=ctx.cite(source), text=_what(ctx, source)) for source in finding.sources
    )


def _what(ctx: Context, source: str) -> b.Runs:
    reference = ctx.references.get(source)
    if reference is not None:
        return b.runs(reference.citation)
    summary = ctx.clause_texts.get(source)
    return () if summary is None else b.runs(ctx.tr.text(summary))
