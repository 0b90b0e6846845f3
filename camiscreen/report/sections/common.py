"""What all sections share: the screening, the translator, the numbering and the citing.

This module's one job. A section asks the context for words, numbers and links and decides only
what is said in which order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from camiscreen.i18n import Translator
from camiscreen.judging.local_seasons import LocalSeason, event_name, local_seasons
from camiscreen.model import (
    Condition,
    Encounter,
    Finding,
    KpRange,
    LayerSpec,
    Measure,
    NotAssessed,
    Reference,
    Screening,
    SeasonEvent,
    Species,
    Text,
)
from camiscreen.report import blocks as b
from camiscreen.report.anchors import finding_anchor, gap_anchor, reference_anchor, slug
from camiscreen.report.map_states import State, states_shown
from camiscreen.report.stretches import Stretch, level_of, stretches
from camiscreen.report.text import short
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedGap:
    """Something that was not assessed, with the number that it keeps through the report."""

    number: str
    gap: NotAssessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A screening, the words to tell it in, and what several sections look up."""

    screening: Screening
    tr: Translator
    parts: tuple[Stretch, ...]
    gaps: tuple[NumberedGap, ...]
    references: Mapping[str, Reference]
    species: Mapping[str, Species]
    layers: Mapping[str, LayerSpec]
    clauses: Mapping[str, str]
    clause_texts: Mapping[str, Text]
    ordered: tuple[Finding, ...]

    # ------------------------------------------------------------------------------------------
    # The project in short
    # ------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The project's name, cleaned and of a printable length."""
        return short(self.screening.project.name) or self.tr.t("project.unnamed")

    @property
    def has_chainage(self) -> bool:
        """False for projects of areas and points alone."""
        return self.screening.project.chainage_length_m > 0

    @property
    def covered_fraction(self) -> float:
        """The share of the project of which every required layer can speak."""
        required = [c for c in self.screening.exposure.coverage if c.required]
        return min((c.covered_fraction for c in required), default=1.0)

    @property
    def wholly_outside(self) -> bool:
        """True where required layers are there, but none of them reaches the project."""
        required = [c for c in self.screening.exposure.coverage if c.required]
        present = [c for c in required if c.present]
        return bool(present) and all(c.covered_fraction <= 0 for c in required)

    def seasons(self, species: Species) -> tuple[LocalSeason, ...]:
        """The seasons of a species that count in the states crossed."""
        states = [state.iso3 for state in self.screening.exposure.states]
        return local_seasons(species, states, self.screening.rulebook.events)

    def event_name(self, item: LocalSeason, event: SeasonEvent) -> Text:
        """What a season's event is called here."""
        return event_name(item, event.name, self.screening.exposure.state_names)

    def ordered_findings(self) -> list[Finding]:
        """Findings from the highest significance down, in the order of their numbers."""
        return list(self.ordered)

    @cached_property
    def states(self) -> tuple[State, ...]:
        """States for the maps, read once for all of them."""
        return states_shown(self.screening, self.tr)

    # ------------------------------------------------------------------------------------------
    # Links and citations
    # ------------------------------------------------------------------------------------------

    def finding_link(self, finding: Finding) -> b.Run:
        """The number of a finding, leading to its card."""
        return b.link(finding.number, finding_anchor(finding.number))

    def gap_link(self, number: str) -> b.Run:
        """The number of something not assessed, leading to its row."""
        return b.link(number, gap_anchor(number))

    def level_runs(self, level: b.Level) -> b.Runs:
        """The mark of a level and its word."""
        return (b.mark(level, self.level_word(level)),)

    def level_word(self, level: b.Level) -> str:
        """The word of a level, also of the two that stand beside the scale."""
        return self.tr.t(f"level.{level}")

    def cite(self, source: str) -> b.Run:
        """A source as a link: to the reference, to the clause, or as plain text if unknown."""
        if source in self.references:
            return b.link(source, reference_anchor(source))
        if source in self.clauses:
            return b.link(source, self.clauses[source])
        return b.text(source)

    def cites(self, sources: Iterable[str]) -> b.Runs:
        """Sources in a row."""
        return b.spaced([self.cite(source) for source in sources])

    def conditions(self, conditions: Sequence[Condition]) -> b.Runs:
        """Conditions in a short notation: a quantity against a bound, an attribute in a list."""
        if not conditions:
            return b.runs(self.tr.t("condition.always"))
        return b.runs("; ".join(self._condition(c) for c in conditions))

    def _condition(self, condition: Condition) -> str:
        tr = self.tr
        name = tr.term("term", condition.quantity or condition.attribute or "")
        bounds = (
            ("≥", condition.at_least),
            (">", condition.more_than),
            ("≤", condition.at_most),
            ("<", condition.less_than),
        )
        tests = [
            f"{name} {sign} {tr.number(value, 0 if float(value).is_integer() else 2)}"
            for sign, value in bounds
            if value is not None
        ]
        for key, words in (("any_of", condition.any_of), ("none_of", condition.none_of)):
            if words:
                listed = ", ".join(tr.term("term", word) for word in words)
                tests.append(tr.t(f"condition.{key}", name=name, words=listed))
        return ", ".join(tests)

    def species_runs(self, species_id: str) -> b.Runs:
        """Common and scientific name of a species; its id where the rulebook has no profile."""
        species = self.species.get(species_id)
        if species is None:
            return b.runs(b.code(species_id))
        return b.runs(self.tr.text(species.name), " ", b.latin(species.listing_name))

    def species_name(self, species_id: str) -> str:
        """Common name of a species; its id where the rulebook has no profile."""
        species = self.species.get(species_id)
        return short(species_id) if species is None else self.tr.text(species.name)

    def where(self, ranges: Sequence[KpRange], limit: int = 4) -> str:
        """Stretches in one line, or the word for a place without chainage."""
        return self.tr.kp_ranges(ranges, limit) if ranges else self.tr.t("kp.none")


def make_context(screening: Screening, tr: Translator) -> Context:
    """Build the context of a screening."""
    gaps = tuple(
        NumberedGap(number=f"N{index}", gap=gap)
        for index, gap in enumerate(screening.not_assessed, start=1)
    )
    return Context(
        screening=screening,
        tr=tr,
        parts=stretches(screening),
        gaps=gaps,
        references={reference.id: reference for reference in screening.rulebook.references},
        species={species.id: species for species in screening.rulebook.species},
        layers={layer.name: layer for layer in screening.run.layers},
        clauses=_clause_anchors(screening),
        clause_texts=_clause_texts(screening),
        ordered=tuple(
            sorted(screening.findings, key=lambda f: (-f.significance.rank, number_key(f.number)))
        ),
    )


def _clause_anchors(screening: Screening) -> dict[str, str]:
    """Anchors of the clauses and paragraphs that are cited; all others stay plain text."""
    known: dict[str, str] = {}
    for pack in screening.rulebook.packs:
        for clause in pack.clauses:
            known[pack.cite(clause.id)] = slug(pack.cite(clause.id))
        for paragraph in pack.paragraphs:
            known[pack.cite_paragraph(paragraph.id)] = slug(pack.cite_paragraph(paragraph.id))
    return {source: known[source] for source in cited_sources(screening) if source in known}


def _clause_texts(screening: Screening) -> dict[str, Text]:
    """What each clause and paragraph asks for, by how it is cited."""
    packs = screening.rulebook.packs
    clauses = {pack.cite(clause.id): clause.summary for pack in packs for clause in pack.clauses}
    paragraphs = {
        pack.cite_paragraph(paragraph.id): paragraph.summary
        for pack in packs
        for paragraph in pack.paragraphs
    }
    return clauses | paragraphs


def cited_sources(screening: Screening) -> list[str]:
    """All sources that the report cites, references and clauses alike, each once."""
    groups = (_of_findings, _of_baseline, _of_method)
    return list(dict.fromkeys(source for group in groups for source in group(screening)))


def _of_findings(screening: Screening) -> Iterator[str]:
    """Findings with their measures and species, gaps, criteria."""
    profiles = {species.id: species for species in screening.rulebook.species}
    for finding in screening.findings:
        yield from finding.sources
        for measure in finding.measures:
            yield from measure_sources(measure)
        yield from finding.survey.sources if finding.survey else ()
        for species_id in finding.species_ids:
            if species_id in profiles:
                yield from profiles[species_id].iucn.references
    for gap in screening.not_assessed:
        yield from gap.sources
        yield from gap.survey.sources if gap.survey else ()
    for framework in screening.frameworks:
        for result in framework.results:
            yield from result.criterion.references


def _of_baseline(screening: Screening) -> Iterator[str]:
    """States, receptors, and the profiles of the species met."""
    for state in screening.exposure.states:
        yield from state.party_references
    for encounter in screening.exposure.encounters:
        yield from receptor_sources(encounter)
    met = {e.species_id for e in screening.exposure.encounters if e.species_id}
    for species in screening.rulebook.species:
        if species.id in met:
            yield from species.iucn.references
            yield from species.population.references
            yield from species.movement.references
            yield from (ref for season in species.seasons for ref in season.references)
            yield from (ref for seen in species.barrier_responses for ref in seen.references)


def _of_method(screening: Screening) -> Iterator[str]:
    """Zones, tables of the levels, and the packs themselves."""
    for zone in screening.rulebook.zones:
        yield from zone.sources
    for row in (*screening.rulebook.sensitivity_table, *screening.rulebook.magnitude_table):
        yield from row.sources
    yield from screening.redaction.references if screening.redaction else ()
    yield from (pack.reference for pack in screening.rulebook.packs)


def receptor_sources(encounter: Encounter) -> tuple[str, ...]:
    """References that a layer of the tool gives for a receptor; species stand in the rulebook."""
    given = encounter.receptor.attributes.get("references")
    return tuple(str(item) for item in given) if isinstance(given, list | tuple) else ()


def measure_sources(measure: Measure) -> tuple[str, ...]:
    """Everything that a measure cites: clauses, references, and those of its indicators."""
    indicators = [source for item in measure.indicators for source in item.sources]
    return (*measure.clauses, *measure.references, *indicators)


def level(finding: Finding) -> b.Level:
    """The level of a finding as the blocks name it."""
    return level_of(finding)


def number_key(number: str) -> tuple[str, int]:
    """Sorts F2 before F10."""
    digits = re.sub(r"\D", "", number)
    return (re.sub(r"\d", "", number), int(digits) if digits else 0)


def re_screen_by(generated_on: str) -> str:
    """The date six months later, YYYY-MM-DD: the tool's own convention."""
    year, month, day = (int(part) for part in generated_on.split("-"))
    year, month = (year + (month + 6 > 12), (month + 6 - 1) % 12 + 1)
    last = 28 if month == 2 else 30 if month in {4, 6, 9, 11} else 31
    return f"{year:04d}-{month:02d}-{min(day, last):02d}"
