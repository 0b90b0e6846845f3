"""Policy context: the programme, its clauses that findings cite, and who is bound by it.

The section names the clauses by the part of the text they stand in; an annex prints them in full.
"""

from camiscreen.model import Clause, Finding, Pack, Paragraph, Text
from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context, cited_sources


def section(ctx: Context, number: str) -> b.Section:
    """The packs, where the clauses cited stand, and the Party status of each state crossed."""
    tr = ctx.tr
    parts: list[b.Block] = []
    for pack in ctx.screening.rulebook.packs:
        parts.extend(_pack(ctx, pack))
    if not ctx.screening.rulebook.packs:
        parts.append(b.Paragraph(runs=b.runs(tr.t("policy.no_pack"))))
    parts.append(b.Heading(level=2, text=tr.t("policy.parties")))
    parts.append(_parties(ctx))
    return b.Section(
        anchor="policy",
        number=number,
        title=tr.t("policy.title"),
        blocks=tuple(parts),
    )


def _pack(ctx: Context, pack: Pack) -> list[b.Block]:
    tr = ctx.tr
    period = f"{pack.period.first}–{pack.period.last}"
    parts: list[b.Block] = [
        b.Heading(level=2, text=tr.text(pack.title)),
        b.KeyValues(
            pairs=(
                b.Pair(label=tr.t("policy.instrument"), value=b.runs(pack.instrument)),
                b.Pair(label=tr.t("policy.adopted"), value=b.runs(tr.date(pack.adopted))),
                b.Pair(label=tr.t("policy.period"), value=b.runs(period)),
                b.Pair(label=tr.t("policy.text"), value=b.runs(ctx.cite(pack.reference))),
            )
        ),
        b.Paragraph(runs=b.runs(tr.text(pack.note)), style="note"),
    ]
    if pack.has_ended(ctx.screening.run.generated_on):
        parts.append(b.Callout(title=tr.t("policy.expired"), paragraphs=_ended(ctx, pack)))
    rows = _bearing(ctx, pack)
    if rows:
        # The heading in front of the table keeps company with it on paper.
        parts.append(b.Heading(level=3, text=tr.t("policy.bearing")))
        parts.append(
            b.Table(
                label=tr.t("policy.bearing"),
                columns=(
                    b.Column(head=tr.t("policy.head_section"), share=3.2),
                    b.Column(head=tr.t("head.clause"), share=2.6, figures=True),
                    b.Column(head=tr.t("head.findings"), share=3.2, figures=True),
                ),
                rows=tuple(rows),
                note=b.runs(tr.t("policy.bearing_note")),
            )
        )
    return parts


def _bearing(ctx: Context, pack: Pack) -> list[b.Row]:
    """A row for each section of the text with its clauses that are cited, and their findings."""
    tr = ctx.tr
    cited = set(cited_sources(ctx.screening))
    titles = {section.number: tr.text(section.title) for section in pack.sections}
    groups: dict[str, list[str]] = {}
    for clause in pack.clauses:
        if pack.cite(clause.id) in cited:
            head = f"{clause.section} {titles.get(clause.section, '')}".strip()
            groups.setdefault(head, []).append(pack.cite(clause.id))
    for paragraph in pack.paragraphs:
        if pack.cite_paragraph(paragraph.id) in cited:
            head = tr.t("policy.resolution")
            groups.setdefault(head, []).append(pack.cite_paragraph(paragraph.id))
    return [
        b.Row(cells=(b.runs(head), ctx.cites(sources), _findings(ctx, *sources)))
        for head, sources in groups.items()
    ]


def clauses(ctx: Context, number: str) -> b.Section:
    """The annex: every clause that is cited, in full, pack by pack."""
    tr = ctx.tr
    cited = cited_sources(ctx.screening)
    parts: list[b.Block] = []
    for pack in ctx.screening.rulebook.packs:
        rows = [_clause(ctx, pack, c) for c in pack.clauses if pack.cite(c.id) in cited]
        rows += [
            _paragraph(ctx, pack, p) for p in pack.paragraphs if pack.cite_paragraph(p.id) in cited
        ]
        if rows:
            parts.append(b.Heading(level=2, text=tr.text(pack.title)))
            parts.append(_clause_table(ctx, pack, rows, cited))
    lead = tr.t("clauses.lead" if parts else "clauses.none")
    return b.Section(
        anchor="clauses",
        number=number,
        title=tr.t("clauses.title"),
        blocks=(b.Paragraph(runs=b.runs(lead)), *parts),
    )


def _clause_table(ctx: Context, pack: Pack, rows: list[b.Row], cited: list[str]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("policy.clauses"),
        columns=(
            b.Column(head=tr.t("head.clause"), share=1.35),
            b.Column(head=tr.t("head.says"), share=4.9),
            b.Column(head=tr.t("head.asks"), share=2.1, figures=True),
            b.Column(head=tr.t("head.findings"), share=1.4, figures=True),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("policy.paraphrase"), *_quirks(ctx, pack, cited)),
    )


def _ended(ctx: Context, pack: Pack) -> tuple[b.Runs, ...]:
    """That the period is over, what the text itself foresees next, and whether that is here."""
    tr = ctx.tr
    said = [tr.t("policy.expired_text", year=str(pack.period.last))]
    if pack.successor:
        said.append(
            tr.t(
                "policy.expired_successor",
                clause=pack.cite(pack.successor.clause),
                first=str(pack.successor.period.first),
                last=str(pack.successor.period.last),
            )
        )
    later = [p for p in ctx.screening.rulebook.packs if p.period.first > pack.period.last]
    said += [tr.t("policy.expired_later", title=tr.text(p.title)) for p in later]
    return tuple(b.runs(text) for text in said)


def _clause(ctx: Context, pack: Pack, clause: Clause) -> b.Row:
    source = pack.cite(clause.id)
    return b.Row(
        anchor=ctx.clauses[source],
        cells=(
            b.runs(source),
            b.runs(ctx.tr.text(clause.summary)),
            b.runs(", ".join(_who(ctx, name) for name in clause.responsible) or "–"),
            _findings(ctx, source),
        ),
    )


def _who(ctx: Context, name: str) -> str:
    """Whom a clause addresses: common groups in the reader's language, names as printed."""
    key = f"responsible.{name.lower()}"
    return ctx.tr.t(key) if key in ctx.tr else name


def _paragraph(ctx: Context, pack: Pack, paragraph: Paragraph) -> b.Row:
    source = pack.cite_paragraph(paragraph.id)
    return b.Row(
        anchor=ctx.clauses[source],
        cells=(
            b.runs(source),
            b.runs(ctx.tr.text(paragraph.summary)),
            b.runs("–"),
            _findings(ctx, source),
        ),
    )


def _findings(ctx: Context, *sources: str) -> b.Runs:
    """Findings that cite any of some clauses, themselves or by their measures."""
    wanted = set(sources)

    def cites(finding: Finding) -> bool:
        held = (finding.sources, *(measure.clauses for measure in finding.measures))
        return any(wanted & set(names) for names in held)

    return b.spaced([ctx.finding_link(f) for f in ctx.ordered_findings() if cites(f)], " ")


def _quirks(ctx: Context, pack: Pack, cited: list[str]) -> list[str]:
    return [
        f" {pack.cite(quirk.clause)}: {ctx.tr.text(Text(en=quirk.en, ru=quirk.ru))}"
        for quirk in pack.quirks
        if pack.cite(quirk.clause) in cited
    ]


def _parties(ctx: Context) -> b.Block:
    tr, states = ctx.tr, ctx.screening.exposure.states
    if not states:
        return b.Paragraph(runs=b.runs(tr.t("project.no_state")))
    return b.Table(
        label=tr.t("policy.parties"),
        columns=(
            b.Column(head=tr.t("head.state"), share=2.6),
            b.Column(head=tr.t("head.party"), share=2.2),
            b.Column(head=tr.t("head.as_of"), share=2),
            b.Column(head=tr.t("head.sources"), share=2),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(tr.text(state.name)),
                    b.runs(tr.t("party.yes" if state.cms_party else "party.no")),
                    b.runs(tr.date(state.party_as_of)),
                    ctx.cites(state.party_references),
                )
            )
            for state in states
        ),
        note=b.runs(tr.t("policy.parties_note")),
    )
