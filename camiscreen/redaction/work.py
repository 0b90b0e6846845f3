"""Every part of a screening, coarsened where it speaks of a sensitive place.

This module's one job is to miss none. An item speaks of a sensitive place where an encounter with
one belongs to it, where its id names one, or where a range of chainage ends as one does.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shapely import GeometryCollection

from camiscreen.model import (
    CriterionResult,
    CriterionSubject,
    Encounter,
    Finding,
    FrameworkResult,
    KpRange,
    LayerCoverage,
    LayerSpec,
    NotAssessed,
    Receptor,
    Redaction,
    Screening,
    Surroundings,
    Survey,
    Text,
)
from camiscreen.redaction.grid import (
    CELLS_PER_DEGREE,
    STEP_M,
    cells,
    coarse_area_m2,
    coarse_box,
    coarse_length_m,
    coarse_ranges,
)
from camiscreen.redaction.names import Names, name_of, names_for
from camiscreen.values import dataclass
from camiscreen.vocabulary import Relation

REFERENCE = "RD001"
"""The source of the grid, in rules/evidence."""

_NO = frozenset({"", "0", "false", "no", "n", "нет"})
_MEASURED = re.compile(r"\d[\d.,]*\u00a0(?:km²|км²|km|км|m|м)\b")
"""Lengths and areas that were put into a sentence: a blank that does not break tells them."""

_SHARE = re.compile(r"\d+[.,]\d+\s?%")
_NOTE = Text(
    en=" Coarsened: the place is given to steps of 10 km of chainage; lengths and distances are "
    "upper limits.",
    ru=" Огрублено: место указано с шагом 10 км пикетажа; протяжённости и расстояния являются "
    "верхними пределами.",
)


def is_marked(receptor: Receptor) -> bool:
    """Whether a receptor says of itself that it is sensitive; a word that is not known says so."""
    said = receptor.attributes.get("sensitive")
    return said is not None and str(said).strip().lower() not in _NO


def redacted(screening: Screening) -> Screening:
    """The screening with every sensitive place coarsened, and with a record of what was."""
    work = _work(screening)
    exposure, run = screening.exposure, screening.run
    encounters = {met.id: work.encounter(met) for met in work.secret}
    findings, ids = work.findings(encounters)
    gaps = {id(gap): work.gap(gap) for gap in (*screening.not_assessed, *exposure.not_assessed)}
    return replace(
        screening,
        run=replace(run, layers=tuple(work.layer(spec) for spec in run.layers)),
        exposure=replace(
            exposure,
            encounters=tuple(encounters.get(met.id, met) for met in exposure.encounters),
            coverage=tuple(work.coverage(item) for item in exposure.coverage),
            not_assessed=tuple(gaps[id(gap)] for gap in exposure.not_assessed),
            surroundings=work.surroundings(exposure.surroundings),
        ),
        findings=findings,
        not_assessed=tuple(gaps[id(gap)] for gap in screening.not_assessed),
        context=tuple(
            feature
            for feature in screening.context
            if feature.layer_id not in work.closed and not is_marked(feature.receptor)
        ),
        frameworks=tuple(work.framework(item, ids) for item in screening.frameworks),
        replacements=tuple(
            replace(item, dropped=tuple(encounters.get(met.id, met) for met in item.dropped))
            for item in screening.replacements
        ),
        redaction=Redaction(
            grid_degrees=1 / CELLS_PER_DEGREE,
            step_m=STEP_M,
            receptors=len(work.names.aliases),
            layer_ids=tuple(sorted({met.layer_id for met in work.secret} | work.closed)),
            finding_ids=tuple(finding.id for finding in findings if finding.id in ids.values()),
            references=(REFERENCE,),
        ),
    )


def _work(screening: Screening) -> "_Work":
    closed = frozenset(spec.name for spec in screening.run.layers if spec.sensitive)
    measured = (
        *screening.exposure.encounters,
        *(met for item in screening.replacements for met in item.dropped),
    )
    secret = tuple(met for met in measured if met.layer_id in closed or is_marked(met.receptor))
    total_m = max((chain.to_m for chain in screening.project.alignment), default=0.0)
    places = [kp for met in secret for kp in met.kp_ranges]
    for item in screening.exposure.coverage:
        if item.layer_id in closed:
            places += item.outside_kp_ranges
    # The ends of the alignment are no secret, and half of all findings reach them.
    ends = {round(end) for kp in places for end in kp} - {0, round(total_m)}
    return _Work(
        screening=screening,
        secret=secret,
        closed=closed,
        names=names_for(secret, screening.rulebook.species),
        ends=frozenset(ends),
        total_m=total_m,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is sensitive in one screening.

    ``secret`` are the encounters with it, ``closed`` the layers that are sensitive as a whole,
    ``ends`` the chainages, in whole metres, that must not be told. ``total_m`` is the length of
    the chainage, 0 without an alignment.
    """

    screening: Screening
    secret: tuple[Encounter, ...]
    closed: frozenset[str]
    names: Names
    ends: frozenset[int]
    total_m: float

    def ranges(self, ranges: Iterable[KpRange]) -> tuple[KpRange, ...]:
        """Ranges of chainage on the grid."""
        return coarse_ranges(ranges, self.total_m)

    def tells(self, ranges: Iterable[KpRange]) -> bool:
        """Whether ranges end where a sensitive place does, to a metre."""
        near = (round(end) + step for kp in ranges for end in kp for step in (-1, 0, 1))
        return not self.ends.isdisjoint(near)

    def layer(self, spec: LayerSpec) -> LayerSpec:
        """A sensitive layer with its box widened to the grid."""
        if spec.name not in self.closed:
            return spec
        box = coarse_box(spec.coverage.bbox)
        return replace(spec, coverage=replace(spec.coverage, bbox=box))

    def encounter(self, met: Encounter) -> Encounter:
        """A sensitive encounter on the grid; where along the line it is, its ranges say.

        That it is crossed stays; where it is only near, distance and zone are coarsened.
        """
        species = {item.id: item.name for item in self.screening.rulebook.species}
        near = met.relation is Relation.NEAR
        distance_m = max(STEP_M, coarse_length_m(met.distance_m)) if near else 0.0
        alias = self.names.alias(met)
        return replace(
            met,
            id=f"{met.layer_id}:{alias}",
            receptor=replace(
                met.receptor,
                id=alias,
                name=name_of(met, self.names, species),
                attributes={"sensitive": True},
            ),
            zone=self._zone(distance_m, met.zone) if near else met.zone,
            crossing_length_m=coarse_length_m(met.crossing_length_m),
            overlap_area_m2=coarse_area_m2(met.overlap_area_m2),
            severed_area_m2=coarse_area_m2(met.severed_area_m2),
            patch_area_m2=coarse_area_m2(met.patch_area_m2),
            distance_m=distance_m,
            kp_ranges=self.ranges(met.kp_ranges),
            geometry=GeometryCollection(),
            receptor_geometry=cells(met.receptor_geometry),
        )

    def _zone(self, distance_m: float, given: str) -> str:
        """The narrowest zone that holds a coarsened distance; the given one where none does."""
        zones = sorted(self.screening.rulebook.zones, key=lambda zone: zone.width_m)
        return next((zone.id for zone in zones if zone.width_m >= distance_m), given)

    # ------------------------------------------------------------------------------------------
    # Findings and what was not assessed
    # ------------------------------------------------------------------------------------------

    def findings(
        self, encounters: Mapping[str, Encounter]
    ) -> tuple[tuple[Finding, ...], dict[str, str]]:
        """The findings, those on sensitive places coarsened, and the new ids of these.

        They are put in order and numbered anew: the old order goes by exact lengths, and tells
        which of two places is the longer.
        """
        found: list[Finding] = []
        ids: dict[str, str] = {}
        for finding in self.screening.findings:
            met = any(encounter.id in encounters for encounter in finding.encounters)
            if met or self.tells(finding.kp_ranges):
                ids[finding.id] = self._finding_id(finding, set(ids.values()))
                found.append(self._finding(finding, ids[finding.id], encounters))
            else:
                found.append(finding)
        if not ids:
            return self.screening.findings, ids
        found.sort(key=lambda f: (-f.significance.rank, -f.sensitivity.rank, -f.length_m, f.id))
        numbered = (replace(f, number=f"F{number}") for number, f in enumerate(found, start=1))
        return tuple(numbered), ids

    def _finding(self, finding: Finding, id_: str, encounters: Mapping[str, Encounter]) -> Finding:
        kp_ranges = self.ranges(finding.kp_ranges)
        accepted = finding.accepted and replace(
            finding.accepted, finding_id=id_, reason=self.names.words(finding.accepted.reason)
        )
        return replace(
            finding,
            id=id_,
            title=self.names.text(finding.title),
            statement=self._statement(finding),
            why=self.names.text(finding.why),
            encounters=tuple(encounters.get(met.id, met) for met in finding.encounters),
            kp_ranges=kp_ranges,
            length_m=self._length_m(finding, kp_ranges),
            trace=self.names.trace(finding.trace),
            accepted=accepted,
            survey=self._survey(finding.survey),
        )

    def _survey(self, survey: Survey | None) -> Survey | None:
        """The question for the field without names."""
        return survey and replace(survey, what=self.names.text(survey.what))

    def _statement(self, finding: Finding) -> Text:
        """The sentence of the rule without names and measured shares, and that it was coarsened."""
        said = self.names.text(finding.statement)
        rules = {rule.id: rule for rule in self.screening.rulebook.rules}
        rule = rules.get(finding.rule_id)
        if rule is None or "{share}" in rule.statement.en:
            said = Text(en=_SHARE.sub("…", said.en), ru=_SHARE.sub("…", said.ru))
        said = Text(en=_MEASURED.sub("…", said.en), ru=_MEASURED.sub("…", said.ru))
        return Text(en=said.en + _NOTE.en, ru=said.ru + _NOTE.ru)

    def _length_m(self, finding: Finding, coarse: Sequence[KpRange]) -> float:
        """That of the coarse ranges; ranges that were on the grid before tell nothing new."""
        if coarse and tuple(coarse) == tuple(finding.kp_ranges):
            return finding.length_m
        by_chainage_m = sum(last - first for first, last in coarse)
        return by_chainage_m if finding.length_m and coarse else coarse_length_m(finding.length_m)

    def _finding_id(self, finding: Finding, taken: set[str]) -> str:
        """The id without receptor and exact chainage; numbered where two would be the same."""
        key = self.names.identifier(finding.id).partition("@")[0]
        number, id_ = 1, key
        while id_ in taken:
            number += 1
            id_ = f"{key}#{number}"
        return id_

    def gap(self, gap: NotAssessed) -> NotAssessed:
        """Something that was not assessed; coarsened where it speaks of a sensitive place."""
        subject_id = self.names.identifier(gap.subject_id)
        of_layer = gap.subject_id.removeprefix("layer:") in self.closed
        if subject_id == gap.subject_id and not of_layer and not self.tells(gap.kp_ranges):
            return gap
        return replace(
            gap,
            subject_id=subject_id,
            subject=self.names.text(gap.subject),
            reason=self.names.text(gap.reason),
            covered_fraction=self._share(gap.kp_ranges, gap.covered_fraction),
            kp_ranges=self.ranges(gap.kp_ranges),
            survey=self._survey(gap.survey),
        )

    def surroundings(self, around: Surroundings) -> Surroundings:
        """Without the lines and the species of sensitive places, whose figures would tell them."""
        places = {(met.layer_id, met.receptor_id) for met in self.secret}
        species = {met.species_id for met in self.secret}
        lines = tuple(
            line
            for line in around.lines
            if line.layer_id not in self.closed
            and not any((line.layer_id, id_) in places for id_ in line.receptor_ids)
        )
        kept = {line.id for line in lines}
        return Surroundings(
            lines=lines,
            parallels=tuple(item for item in around.parallels if item.line.id in kept),
            enclosures=tuple(item for item in around.enclosures if item.species_id not in species),
            loss_zones=tuple(item for item in around.loss_zones if item.species_id not in species),
        )

    def coverage(self, item: LayerCoverage) -> LayerCoverage:
        """How far a sensitive layer reaches along the line, on the grid."""
        if item.layer_id not in self.closed:
            return item
        return replace(
            item,
            covered_fraction=self._share(item.outside_kp_ranges, item.covered_fraction),
            outside_kp_ranges=self.ranges(item.outside_kp_ranges),
        )

    def _share(self, outside: Iterable[KpRange], exact: float) -> float:
        """The share covered, never more than it is; 0 and 1 tell nothing and stay."""
        if exact in {0.0, 1.0}:
            return exact
        left_m = sum(last - first for first, last in self.ranges(outside))
        if not self.total_m or not left_m:
            return math.floor(10 * exact) / 10
        return max(0.0, 1 - left_m / self.total_m)

    # ------------------------------------------------------------------------------------------
    # Frameworks
    # ------------------------------------------------------------------------------------------

    def framework(self, result: FrameworkResult, ids: Mapping[str, str]) -> FrameworkResult:
        """Criteria with their subjects coarsened; ``ids`` are the new ids of findings."""
        return replace(result, results=tuple(self._criterion(item, ids) for item in result.results))

    def _criterion(self, item: CriterionResult, ids: Mapping[str, str]) -> CriterionResult:
        keys = {id_.partition(":")[2] for id_ in ids} | {id_ for _, id_ in self.names.aliases}
        secret = [s.key in keys or self.tells(s.kp_ranges) for s in item.subjects]
        coarse = any(secret) or self.tells(item.kp_ranges)
        return replace(
            item,
            subjects=tuple(
                self._subject(subject) if hidden else subject
                for subject, hidden in zip(item.subjects, secret, strict=True)
            ),
            finding_ids=tuple(ids.get(id_, id_) for id_ in item.finding_ids),
            kp_ranges=self.ranges(item.kp_ranges) if coarse else item.kp_ranges,
        )

    def _subject(self, subject: CriterionSubject) -> CriterionSubject:
        return replace(
            subject,
            key=self.names.identifier(subject.key).partition("@")[0],
            name=self.names.text(subject.name),
            kp_ranges=self.ranges(subject.kp_ranges),
            trace=self.names.trace(subject.trace),
        )
