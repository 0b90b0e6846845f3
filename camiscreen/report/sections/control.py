"""Document control: what was screened, with what, and until when it may be relied on."""

from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context, re_screen_by
from camiscreen.report.sections.project import size
from camiscreen.report.text import short, short_hash


def section(ctx: Context, number: str) -> b.Section:
    """The page that a reader checks before believing any other."""
    tr, run, project = ctx.tr, ctx.screening.run, ctx.screening.project
    file = short(project.source.path)
    if project.source.layer:
        file = f"{file} · {short(project.source.layer)}"
    if project.source.feature:
        file = f"{file} · {project.source.feature}"
    pairs = (
        b.Pair(label=tr.t("control.project"), value=b.runs(ctx.name)),
        b.Pair(label=tr.t("control.status"), value=b.runs(tr.t("control.status_text"))),
        b.Pair(label=tr.t("control.prepared"), value=b.runs(b.quiet(tr.t("control.to_sign")))),
        b.Pair(label=tr.t("control.checked"), value=b.runs(b.quiet(tr.t("control.to_sign")))),
        b.Pair(label=tr.t("control.kind"), value=b.runs(tr.word(project.kind))),
        b.Pair(label=tr.t("control.generated"), value=b.runs(tr.date(run.generated_on))),
        b.Pair(
            label=tr.t("control.rescreen"),
            value=b.runs(
                tr.t("control.rescreen_text", date=tr.date(re_screen_by(run.generated_on))),
                " ",
                b.quiet(tr.t("control.rescreen_note")),
            ),
        ),
        b.Pair(label=tr.t("control.file"), value=b.runs(b.code(file))),
        b.Pair(label=tr.t("control.coordinates"), value=b.runs(tr.t("control.coordinates_text"))),
    )
    return b.Section(
        anchor="control",
        number=number,
        title=tr.t("control.title"),
        blocks=(
            b.KeyValues(pairs=pairs),
            b.Heading(level=2, text=tr.t("control.versions")),
            _versions(ctx),
            b.Contents(title=tr.t("contents")),
        ),
    )


def _versions(ctx: Context) -> b.Table:
    tr, run, project = ctx.tr, ctx.screening.run, ctx.screening.project
    rules = len(ctx.screening.rulebook.rules)
    rows = [
        (tr.t("control.program"), f"camiscreen {run.tool_version}", ""),
        (
            tr.t("control.rulebook"),
            f"{run.rulebook_version}, {tr.t('count.rules', n=rules)}",
            run.rulebook_sha256,
        ),
        (tr.t("control.alignment"), size(ctx), project.source.sha256),
    ]
    # Layers are many: their hashes stand in full in the layer register.
    rows += [
        (tr.text(layer.title), layer.version, f"{short_hash(layer.sha256)}…")
        for layer in run.layers
    ]
    return b.Table(
        label=tr.t("control.versions"),
        columns=(
            b.Column(head=tr.t("control.input"), share=3.6),
            b.Column(head=tr.t("control.version"), share=1.6),
            b.Column(head=tr.t("control.hash"), share=3.4),
        ),
        rows=tuple(
            b.Row(cells=(b.runs(what), b.runs(version), _hash(digest)))
            for what, version, digest in rows
        ),
        note=b.runs(tr.t("control.hash_note")),
    )


def _hash(digest: str) -> b.Runs:
    return b.runs(b.code(digest.removeprefix("sha256:"))) if digest else b.runs("–")
