"""Screenings to draw reports of: a railway in Iran, a hostile one, an empty one, one outside.

Geometry follows the Tehran-Mashhad line and the sides of real range cells, by hand and coarsely.
"""

from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.geodesy import cumulative_m
from camiscreen.model import (
    Acceptance,
    Bridge,
    Chain,
    Design,
    Encounter,
    Exposure,
    Finding,
    Joining,
    LayerCoverage,
    MapFeature,
    Measure,
    NotAssessed,
    Project,
    Receptor,
    RunInfo,
    Screening,
    SourceFile,
    StateCrossed,
    Text,
    Trace,
    message,
)
from camiscreen.vocabulary import (
    Confidence,
    Fencing,
    Kind,
    Magnitude,
    ReceptorKind,
    Relation,
    Sensitivity,
    Significance,
    Verdict,
)
from tests.report import sample_rulebook as book
from tests.report.sample_rulebook import both

RAILWAY = (
    (51.40, 35.66), (51.62, 35.32), (51.95, 35.22), (52.40, 35.20), (52.95, 35.24), (53.40, 35.56),
    (53.75, 35.52), (54.05, 35.62), (54.15, 35.85), (54.34, 36.17), (54.72, 36.25), (55.00, 36.42),
    (55.35, 36.44), (55.68, 36.50), (56.10, 36.62), (56.85, 36.78), (57.40, 36.62), (58.00, 36.42),
)  # fmt: skip

IRAN = shapely.Polygon(
    [
        (48.0, 38.4), (48.9, 38.4), (48.9, 37.8), (50.0, 37.3), (51.2, 36.8), (52.6, 36.9),
        (53.9, 36.9), (54.0, 37.4), (54.8, 37.5), (56.2, 38.1), (57.2, 38.2), (58.4, 37.7),
        (59.4, 37.4), (60.6, 36.6), (61.2, 35.6), (60.6, 34.3), (60.6, 33.0), (48.0, 33.0),
    ]
)  # fmt: skip
TURKMENISTAN = shapely.Polygon(
    [
        (53.9, 36.9), (54.0, 37.4), (54.8, 37.5), (56.2, 38.1), (57.2, 38.2), (58.4, 37.7),
        (59.4, 37.4), (60.6, 36.6), (61.2, 35.6), (62.5, 35.4), (62.5, 40.0), (53.2, 40.0),
        (53.8, 38.5), (53.7, 37.4),
    ]
)  # fmt: skip

CHEETAH_RANGE = shapely.Polygon(
    [(51, 33), (51, 35.56), (55, 35.52), (55, 36.5), (56, 36.5), (56, 37.4), (57, 37.4), (57, 33)]
)
ONAGER_RANGE = shapely.box(55, 34.6, 56, 36.6)
CHINKARA_RANGE = shapely.Polygon(
    [(52, 33), (52, 35.6), (56, 35.5), (56, 36.4), (59, 36.4), (59, 34.6), (60, 34.6), (60, 33)]
)
GAZELLE_RANGE = shapely.box(48, 33, 61.5, 39)


def chain(points: tuple[tuple[float, float], ...], bridges: tuple[int, ...] = ()) -> Chain:
    xy = np.array(points)
    dense = shapely.segmentize(LineString(xy), 0.05)
    along = cumulative_m(shapely.get_coordinates(dense))
    return Chain(line=dense, from_m=0.0, to_m=float(along[-1]), bridge_edges=bridges)


def project(name: str = "Tehran–Mashhad railway, western half", **changes: object) -> Project:
    one = chain(RAILWAY)
    made = Project(
        name=name,
        kind=Kind.RAILWAY,
        design=Design(fencing=Fencing.UNKNOWN),
        lines=MultiLineString([one.line]),
        areas=MultiPolygon(),
        points=MultiPoint(),
        alignment=(one,),
        side_lines=MultiLineString(),
        joining=Joining(
            parts=201,
            joined_parts=198,
            bridges=(Bridge(kp_m=120_000, length_m=240.0),),
            parallel_parts=3,
            parallel_length_m=18_400.0,
            chains=1,
        ),
        length_m=one.to_m + 18_400.0,
        area_m2=0.0,
        chainage_length_m=one.to_m,
        notes=(),
        source=SourceFile(path="railway-67389-irn.geojson", sha256="71f2" + "2" * 56 + "0c3d"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def encounter(
    species_id: str, name: Text, patch: BaseGeometry, ranges: tuple[tuple[float, float], ...]
) -> Encounter:
    return Encounter(
        id=f"species_ranges:{species_id}:footprint",
        layer_id="species_ranges",
        receptor=Receptor(
            id=f"{species_id}-1", name=name, species_id=species_id, states=("IRN",), attributes={}
        ),
        receptor_kind=ReceptorKind.SPECIES_RANGE,
        zone="footprint",
        relation=Relation.CROSSES,
        crossing_length_m=sum(b - a for a, b in ranges),
        overlap_area_m2=0.0,
        severed_area_m2=0.0,
        patch_area_m2=0.0,
        distance_m=0.0,
        kp_ranges=ranges,
        layer_confidence=Confidence.MEDIUM,
        positional_accuracy_m=50_000.0,
        geometry=LineString(RAILWAY).intersection(patch),
        receptor_geometry=patch,
    )


CHEETAH_KP = ((20_000.0, 240_000.0), (356_000.0, 441_000.0), (449_500.0, 531_000.0))
ONAGER_KP = ((356_000.0, 444_500.0),)
CHINKARA_KP = ((60_000.0, 240_000.0),)

CHEETAH = encounter("asiatic_cheetah", book.CHEETAH.name, CHEETAH_RANGE, CHEETAH_KP)
ONAGER = encounter("asiatic_wild_ass", book.ONAGER.name, ONAGER_RANGE, ONAGER_KP)
CHINKARA = encounter("chinkara", book.CHINKARA.name, CHINKARA_RANGE, CHINKARA_KP)


def finding(
    number: str,
    title: Text,
    met: Encounter,
    levels: tuple[Sensitivity, Magnitude, Significance],
    ranges: tuple[tuple[float, float], ...],
    measures: tuple[Measure, ...],
    **more: object,
) -> Finding:
    sensitivity, magnitude, significance = levels
    made = Finding(
        id=f"RNG-001:{met.receptor.id}:{number}",
        number=number,
        rule_id="RNG-001",
        title=title,
        statement=both(
            "The project runs through the mapped range.", "Проект проходит через ареал."
        ),
        why=both(
            "The population is so small that one death matters.",
            "Популяция так мала, что значима каждая гибель.",
        ),
        receptor_kind="species_range",
        encounters=(met,),
        species_ids=(met.species_id or "",),
        sensitivity=sensitivity,
        magnitude=magnitude,
        significance=significance,
        confidence=Confidence.MEDIUM,
        kp_ranges=ranges,
        length_m=sum(b - a for a, b in ranges),
        measures=measures,
        sources=("R001", "POW 3.5(f)"),
        assumptions=(),
        trace=(
            Trace(subject="zone", test="any of footprint", value="footprint", holds=True),
            Trace(subject="sensitivity", test="table", value=str(sensitivity), holds=True),
        ),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def findings() -> tuple[Finding, ...]:
    s, m, g = Sensitivity, Magnitude, Significance
    return (
        finding(
            "F1",
            both("Range of Asiatic cheetah, fence assumed", "Ареал азиатского гепарда, ограда"),
            CHEETAH,
            (s.VERY_HIGH, m.HIGH, g.MAJOR),
            CHEETAH_KP[1:],
            (book.OFFSET, book.AVOID, book.MITIGATE),
            assumptions=(message("assumption.fencing_unknown"),),
        ),
        finding(
            "F2",
            both("Range of Asiatic cheetah crossed", "Пересечён ареал азиатского гепарда"),
            CHEETAH,
            (s.VERY_HIGH, m.LOW, g.MODERATE),
            CHEETAH_KP[:1],
            (book.AVOID,),
        ),
        finding(
            "F3",
            both("Range of Asiatic wild ass crossed", "Пересечён ареал кулана"),
            ONAGER,
            (s.MEDIUM, m.MEDIUM, g.MINOR),
            ONAGER_KP,
            (book.MINIMIZE, book.MITIGATE),
            accepted=Acceptance(
                finding_id="x", reason="Survey ordered", by="A. Sample", until="2027-03-01"
            ),
        ),
        finding(
            "F4",
            both("Range of chinkara crossed", "Пересечён ареал чинкары"),
            CHINKARA,
            (s.LOW, m.LOW, g.NEGLIGIBLE),
            CHINKARA_KP,
            (),
        ),
    )


def gaps() -> tuple[NotAssessed, ...]:
    return (
        NotAssessed(
            subject_id="bukhara_deer",
            subject=both("Bukhara deer", "Бухарский олень"),
            reason_code="no_source",
            reason=both(
                "No open range map of this subspecies was found.",
                "Открытой карты ареала этого подвида не найдено.",
            ),
            covered_fraction=0.0,
            required=False,
            sources=("R001",),
        ),
        NotAssessed(
            subject_id="corridors",
            subject=both("Movement corridors", "Миграционные коридоры"),
            reason_code="outside",
            reason=both("No layer was supplied.", "Слой не предоставлен."),
            covered_fraction=0.9,
            required=True,
            kp_ranges=((560_000.0, 600_000.0),),
            rule_id="DAT-003",
        ),
    )


def context() -> tuple[MapFeature, ...]:
    def state(iso3: str, en: str, ru: str, geometry: BaseGeometry) -> MapFeature:
        receptor = Receptor(id=iso3, name=both(en, ru), attributes={"iso3": iso3})
        return MapFeature(layer_id="range_states", receptor=receptor, geometry=geometry)

    gazelle = Receptor(
        id="gazelle-1", name=book.GAZELLE.name, species_id="goitered_gazelle", attributes={}
    )
    return (
        state("IRN", "Iran", "Иран", IRAN),
        state("TKM", "Turkmenistan", "Туркменистан", TURKMENISTAN),
        MapFeature(layer_id="species_ranges", receptor=gazelle, geometry=GAZELLE_RANGE),
    )


def coverage(fraction: float, outside: tuple[tuple[float, float], ...]) -> LayerCoverage:
    return LayerCoverage(
        layer_id="species_ranges",
        title=book.RANGES.title,
        required=True,
        present=True,
        covered_fraction=fraction,
        outside_kp_ranges=outside,
    )


def screening(**changes: object) -> Screening:
    """The railway: four findings, two subjects not assessed, the last 40 km outside a layer."""
    railway = project()
    end = railway.chainage_length_m
    made = Screening(
        run=RunInfo(
            tool_version="0.1.0",
            generated_on="2026-11-22",
            rulebook_version="2026.1",
            rulebook_sha256=book.RULEBOOK.sha256,
            layers=(book.RANGES, book.STATES),
        ),
        project=railway,
        exposure=Exposure(
            encounters=(CHEETAH, ONAGER, CHINKARA),
            states=(
                StateCrossed(
                    iso3="IRN",
                    name=both("Iran (Islamic Republic of)", "Иран (Исламская Республика)"),
                    cms_party=True,
                    party_as_of="2020-02",
                    party_references=("S114",),
                    kp_ranges=((0.0, end),),
                    length_m=end,
                    positional_accuracy_m=5_300.0,
                ),
            ),
            provinces=(),
            coverage=(coverage(0.93, ((end - 40_000, end),)),),
            not_assessed=(),
            state_names={},
        ),
        findings=findings(),
        not_assessed=gaps(),
        assumptions=(message("assumption.fencing_unknown"),),
        verdict=Verdict.MAJOR,
        rulebook=book.RULEBOOK,
        context=context(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


HOSTILE = '<script>alert(1)</script> #read("/etc/passwd") $x$ \\ {{7*7}} {% raw %}'
BREAKOUT = "\"'><img src=x onerror=alert(2)> onmouseover=alert(3) --></title></svg>"
RTL = "\u202eevil\u202c \u062a\u0647\u0631\u0627\u0646 \u2066x\u2069 \x00\x1b[31m\u0007"


def hostile() -> Screening:
    """Names as an attacker or a broken export would have them."""
    base = screening()
    nasty = both(f"{HOSTILE} ]]> </style>{BREAKOUT}", f"{HOSTILE}{BREAKOUT} Ωж \U0001f98c 中文")
    met = replace(
        CHEETAH,
        id="corridors:x:footprint",
        receptor=replace(CHEETAH.receptor, id=HOSTILE, name=nasty, species_id=None),
        receptor_kind=ReceptorKind.CORRIDOR,
        layer_id="corridors",
    )
    layer = replace(book.RANGES, name="corridors", title=nasty, description=nasty, citation=RTL)
    first = replace(
        base.findings[0],
        title=nasty,
        statement=nasty,
        why=nasty,
        encounters=(*base.findings[0].encounters, met),
    )
    gap = replace(base.not_assessed[0], subject=nasty, reason=both(RTL, RTL))
    return replace(
        base,
        run=replace(base.run, layers=(*base.run.layers, layer)),
        exposure=replace(base.exposure, encounters=(*base.exposure.encounters, met)),
        project=project(
            name=f"{HOSTILE} {RTL} {'A' * 10_000}",
            source=SourceFile(path="../" * 50 + HOSTILE, sha256="0" * 64, layer="a\nb"),
        ),
        findings=(first, *base.findings[1:]),
        not_assessed=(gap, *base.not_assessed[1:]),
    )


def without_findings() -> Screening:
    """Everything assessed, nothing found."""
    base = screening()
    exposure = replace(base.exposure, encounters=(), coverage=(coverage(1.0, ()),))
    return replace(
        base, exposure=exposure, findings=(), not_assessed=(), verdict=Verdict.NONE, assumptions=()
    )


def outside() -> Screening:
    """A project in France: no layer reaches it."""
    line = chain(((2.35, 48.85), (3.5, 47.4), (4.83, 45.76)))
    base = screening()
    elsewhere = project(
        name="Paris–Lyon",
        lines=MultiLineString([line.line]),
        alignment=(line,),
        length_m=line.to_m,
        chainage_length_m=line.to_m,
    )
    whole = ((0.0, line.to_m),)
    exposure = replace(base.exposure, encounters=(), states=(), coverage=(coverage(0.0, whole),))
    gap = replace(base.not_assessed[1], kp_ranges=whole, covered_fraction=0.0, required=True)
    return replace(
        base,
        project=elsewhere,
        exposure=exposure,
        findings=(),
        not_assessed=(gap,),
        verdict=Verdict.INCOMPLETE,
        context=(),
        assumptions=(),
    )


def mine() -> Screening:
    """A project of an area and points, without chainage."""
    base = screening()
    site = project(
        name="Mine",
        kind=Kind.MINE,
        lines=MultiLineString(),
        areas=MultiPolygon([shapely.box(55.2, 35.9, 55.4, 36.1)]),
        points=MultiPoint([(55.5, 36.2)]),
        alignment=(),
        length_m=0.0,
        area_m2=4.0e8,
        chainage_length_m=0.0,
    )
    one = replace(base.findings[0], kp_ranges=(), length_m=0.0)
    exposure = replace(base.exposure, coverage=(coverage(1.0, ()),), states=())
    return replace(base, project=site, findings=(one,), exposure=exposure, not_assessed=())
