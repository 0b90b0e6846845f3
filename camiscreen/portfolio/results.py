"""What is kept of one screening: a row for the summary, and a digest for the portfolio page.

This module's one job. Both are small whatever the project's size, plain data, and the same in
every process; a Screening itself never leaves the process that made it.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen import exit_codes
from camiscreen.model import Encounter, Finding, Screening, Text
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.report.ci.results import CiProject
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind, Relation, Significance

SCREENED, FAILED, CRASHED = "screened", "failed", "crashed"
"""Status of a row: has a verdict; the user must act (2); an internal error (1)."""

MOST_VERTICES = 160
"""Of one project on the portfolio's map; the report has all of them."""

MAP_DECIMALS = 3
"""Of degrees on that map: 100 m, where the map shows some 5 km a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One project in the summary. Counts by level are of findings that are not accepted.

    ``species`` and ``states`` are those that the project crosses; ``verdict`` is None where there
    is none, and ``reason`` then says why.
    """

    id: str
    name: str
    kind: str | None
    source: str
    feature: int | None
    status: str
    verdict: str | None
    exit_code: int
    length_m: float
    area_m2: float
    major: int
    moderate: int
    minor: int
    negligible: int
    accepted: int
    not_assessed: int
    not_assessed_required: int
    states: tuple[str, ...]
    species: tuple[str, ...]
    reason: str | None
    files: tuple[str, ...]
    generated_on: str
    source_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesMet:
    """A species of the project: how its ranges, corridors and sites are met, and the worst of it.

    ``significance`` is that of the gravest finding that is not accepted, None without one.
    """

    species_id: str
    crossed: bool
    length_m: float
    significance: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A receptor that the project meets, for telling where several projects meet the same."""

    layer_id: str
    receptor_id: str
    name: Text
    receptor_kind: str
    species_id: str | None
    states: tuple[str, ...]
    crossed: bool
    length_m: float
    significance: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMet:
    """A state that the project runs through."""

    iso3: str
    name: Text
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseMet:
    """A clause that measures or findings of the project cite, and the gravest of these findings."""

    clause: str
    significance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMet:
    """Something that was not assessed."""

    subject_id: str
    subject: Text
    reason_code: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the portfolio page needs of one project.

    ``shape`` are runs of longitude and latitude in degrees, thinned; a run of one is a place, and
    areas are their outlines.
    """

    shape: tuple[tuple[tuple[float, float], ...], ...]
    species: tuple[SpeciesMet, ...]
    meetings: tuple[Meeting, ...]
    states: tuple[StateMet, ...]
    clauses: tuple[ClauseMet, ...]
    gaps: tuple[GapMet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished project; ``digest`` is None where it could not be screened.

    ``ci`` is what documents for build servers say of it, where the batch writes any.
    """

    row: Row
    digest: Digest | None
    ci: CiProject | None = None


def of_screening(
    spec: ProjectSpec, screening: Screening, *, fail_on: Significance | None, files: Iterable[str]
) -> Result:
    """The row and the digest of a screening."""
    project, exposure = screening.project, screening.exposure
    open_findings = [f for f in screening.findings if f.accepted is None]
    counts = dict.fromkeys(Significance, 0)
    for finding in open_findings:
        counts[finding.significance] += 1
    digest = _digest(screening, open_findings)
    row = Row(
        id=spec.id,
        name=project.name,
        kind=str(project.kind),
        source=spec.shown,
        feature=spec.feature,
        status=SCREENED,
        verdict=str(screening.verdict),
        exit_code=exit_codes.exit_code(screening, fail_on),
        length_m=round(project.length_m, 1),
        area_m2=round(project.area_m2),
        major=counts[Significance.MAJOR],
        moderate=counts[Significance.MODERATE],
        minor=counts[Significance.MINOR],
        negligible=counts[Significance.NEGLIGIBLE],
        accepted=len(screening.findings) - len(open_findings),
        not_assessed=len(screening.not_assessed),
        not_assessed_required=sum(gap.required for gap in screening.not_assessed),
        states=tuple(dict.fromkeys(state.iso3 for state in exposure.states)),
        species=tuple(met.species_id for met in digest.species if met.crossed),
        reason=None,
        files=tuple(files),
        generated_on=screening.run.generated_on,
        source_sha256=project.source.sha256,
    )
    return Result(row=row, digest=digest)


def failed(spec: ProjectSpec, reason: str, *, code: int, generated_on: str) -> Result:
    """The row of a project that has no verdict."""
    return Result(
        row=Row(
            id=spec.id,
            name=spec.name or spec.id,
            kind=spec.said.kind,
            source=spec.shown,
            feature=spec.feature,
            status=CRASHED if code == exit_codes.BUG else FAILED,
            verdict=None,
            exit_code=code,
            length_m=0.0,
            area_m2=0,
            major=0,
            moderate=0,
            minor=0,
            negligible=0,
            accepted=0,
            not_assessed=0,
            not_assessed_required=0,
            states=(),
            species=(),
            reason=" ".join(reason.split()),
            files=(),
            generated_on=generated_on,
            source_sha256=spec.source_sha256,
        ),
        digest=None,
    )


# ----------------------------------------------------------------------------------------------
# Digest
# ----------------------------------------------------------------------------------------------


def _digest(screening: Screening, open_findings: list[Finding]) -> Digest:
    return Digest(
        shape=_shape(screening),
        species=_species(screening, open_findings),
        meetings=_meetings(screening, open_findings),
        states=tuple(
            StateMet(iso3=s.iso3, name=s.name, length_m=round(s.length_m, 1))
            for s in screening.exposure.states
        ),
        clauses=_clauses(screening, open_findings),
        gaps=tuple(
            GapMet(
                subject_id=gap.subject_id,
                subject=gap.subject,
                reason_code=gap.reason_code,
                required=gap.required,
            )
            for gap in screening.not_assessed
        ),
    )


def _worst(levels: Iterable[Significance]) -> str | None:
    worst = max(levels, default=None)
    return None if worst is None else str(worst)


def _is_crossed(encounter: Encounter) -> bool:
    return encounter.relation is not Relation.NEAR


def _species(screening: Screening, open_findings: list[Finding]) -> tuple[SpeciesMet, ...]:
    met: dict[str, list[Encounter]] = {}
    for encounter in screening.exposure.encounters:
        if encounter.species_id is not None:
            met.setdefault(encounter.species_id, []).append(encounter)
    return tuple(
        SpeciesMet(
            species_id=species_id,
            crossed=any(_is_crossed(e) for e in encounters),
            # Ranges alone: a corridor within a range is the same ground once more.
            length_m=round(
                sum(
                    e.crossing_length_m
                    for e in encounters
                    if _is_crossed(e) and e.receptor_kind is ReceptorKind.SPECIES_RANGE
                ),
                1,
            ),
            significance=_worst(
                f.significance for f in open_findings if species_id in f.species_ids
            ),
        )
        for species_id, encounters in sorted(met.items())
    )


_SHARED = (ReceptorKind.SPECIES_RANGE, ReceptorKind.CORRIDOR, ReceptorKind.SITE)
"""What several projects may meet together; states and landscapes say nothing of one place."""


def _meetings(screening: Screening, open_findings: list[Finding]) -> tuple[Meeting, ...]:
    levels: dict[str, list[Significance]] = {}
    for finding in open_findings:
        for encounter in finding.encounters:
            levels.setdefault(encounter.id, []).append(finding.significance)
    # Sensitive receptors are numbered anew in each redacted project: their ids say nothing across
    # projects, and where several meet is what must not be told.
    withheld = screening.redaction.layer_ids if screening.redaction else ()
    met: dict[tuple[str, str], list[Encounter]] = {}
    for encounter in screening.exposure.encounters:
        if encounter.receptor_kind in _SHARED and encounter.layer_id not in withheld:
            met.setdefault((encounter.layer_id, encounter.receptor_id), []).append(encounter)
    return tuple(
        Meeting(
            layer_id=layer_id,
            receptor_id=receptor_id,
            name=encounters[0].receptor.name,
            receptor_kind=str(encounters[0].receptor_kind),
            species_id=encounters[0].species_id,
            states=encounters[0].receptor.states,
            crossed=any(_is_crossed(e) for e in encounters),
            length_m=round(sum(e.crossing_length_m for e in encounters if _is_crossed(e)), 1),
            significance=_worst(level for e in encounters for level in levels.get(e.id, ())),
        )
        for (layer_id, receptor_id), encounters in sorted(met.items())
    )


def _clauses(screening: Screening, open_findings: list[Finding]) -> tuple[ClauseMet, ...]:
    known = {pack.cite(clause.id) for pack in screening.rulebook.packs for clause in pack.clauses}
    worst: dict[str, Significance] = {}
    for finding in open_findings:
        cited = {*finding.sources, *(c for m in finding.measures for c in m.clauses)}
        for clause in cited & known:
            worst[clause] = max(finding.significance, worst.get(clause, finding.significance))
    return tuple(ClauseMet(clause=c, significance=str(s)) for c, s in sorted(worst.items()))


def _shape(screening: Screening) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The project thinned to what a map of the region can show."""
    project = screening.project
    lines: list[BaseGeometry] = [chain.line for chain in project.alignment]
    lines += [] if lines else list(project.lines.geoms)
    parts: list[BaseGeometry] = [
        *lines,
        *(area.exterior for area in project.areas.geoms),
        *project.points.geoms,
    ]
    for tolerance_deg in (0.005, 0.02, 0.08, 0.3):
        runs = [_thinned(part, tolerance_deg) for part in parts]
        if sum(len(run) for run in runs) <= MOST_VERTICES:
            break
    # Of hundreds of parts the longest tell where the project lies.
    runs.sort(key=lambda run: -float(np.ptp(run, axis=0).sum()))
    kept: list[tuple[tuple[float, float], ...]] = []
    vertices = 0
    for run in runs:
        if kept and vertices + len(run) > 2 * MOST_VERTICES:
            break
        vertices += len(run)
        kept.append(tuple((float(x), float(y)) for x, y in run.tolist()))
    return tuple(kept)


def _thinned(part: BaseGeometry, tolerance_deg: float) -> NDArray[np.float64]:
    """(n, 2) on the grid of the map, no place twice in a row; what is smaller is one place."""
    xy = np.round(shapely.get_coordinates(shapely.simplify(part, tolerance_deg)), MAP_DECIMALS)
    moves = np.ones(len(xy), dtype=bool)
    moves[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    thinned: NDArray[np.float64] = xy[moves]
    return thinned
