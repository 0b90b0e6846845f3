"""A small rulebook and two layers with real values, enough to draw every part of a report."""

from itertools import product

from camiscreen.model import (
    BarrierResponse,
    Clause,
    Condition,
    Coverage,
    DataSource,
    IucnStatus,
    LayerSpec,
    Licence,
    LineSpacing,
    MatrixCell,
    Measure,
    Movement,
    NumericSpec,
    Pack,
    Paragraph,
    Period,
    Population,
    Quirk,
    Reference,
    Rule,
    Rulebook,
    Species,
    TableRow,
    Text,
    ZoneSpec,
)
from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    EvidenceStrength,
    Kind,
    Magnitude,
    Outcome,
    ReceptorKind,
    Sensitivity,
    Significance,
    Step,
    Subject,
)

KINDS = tuple(Kind)


def both(en: str, ru: str) -> Text:
    return Text(en=en, ru=ru)


REFERENCES = (
    Reference(
        id="R001",
        citation="CMS COP. Resolution 11.24 (Rev.COP13), Central Asian Mammals Initiative, with "
        "Annex: Programme of Work 2021-2026. Gandhinagar, February 2020.",
        seen="yes-full",
    ),
    Reference(id="R007", citation="Ito T.Y. et al. 2013. PLOS ONE 8.", seen="abstract"),
    Reference(
        id="R045", citation="Avoidance of a road on the plateau.", seen="abstract",
        url="https://doi.org/10.1002/example",
    ),
    Reference(id="R083", citation="Durant S. et al. 2015. Acinonyx jubatus.", seen="opening"),
    Reference(id="R999", citation="Never cited.", seen="memory"),
    Reference(id="S114", citation="CMS. Parties and Range States.", seen="yes"),
)  # fmt: skip

PACK = Pack(
    id="cami-pow-2021-2026",
    prefix="POW",
    paragraph_prefix="Res.",
    title=both(
        "Programme of Work for the Central Asian Mammals Initiative (CAMI), 2021-2026",
        "Программа работы Инициативы КМВ (CMS) по млекопитающим Центральной Азии, 2021–2026 годы",
    ),
    instrument="CMS Resolution 11.24 (Rev.COP13), Annex",
    adopted="2020-02",
    period=Period(first=2021, last=2026),
    reference="R001",
    note=both(
        "Check whether a newer programme is in force.",
        "Проверьте, не действует ли новая программа.",
    ),
    quirks=(Quirk(clause="27.1", en="Printed so.", ru="Так напечатано."),),
    paragraphs=(
        Paragraph(
            id="para 4",
            summary=both("Takes note of the CAMI Atlas.", "Принимает к сведению Атлас CAMI."),
        ),
    ),
    clauses=(
        Clause(
            id="3.5(f)",
            section="3",
            summary=both(
                "Apply the mitigation hierarchy: avoid, minimize, mitigate, offset.",
                "Применять иерархию мер: избежать, снизить, смягчить, компенсировать.",
            ),
            responsible=("Range States", "developers"),
            priority="high",
        ),
        Clause(
            id="27.1",
            section="27",
            summary=both("Keep ranges connected.", "Сохранять связность ареалов."),
            responsible=("Range States",),
            priority=None,
        ),
        Clause(
            id="9.9",
            section="9",
            summary=both("Not cited.", "Без ссылок."),
            responsible=(),
            priority=None,
        ),
    ),
)


def species(
    id_: str, name: Text, latin: str, category: str, appendix: tuple[str, ...], verified: bool
) -> Species:
    return Species(
        id=id_,
        name=name,
        listing_name=latin,
        current_name=latin,
        table_row=1,
        cms_appendix=appendix,
        covered_by_programme=True,
        sections=("10",),
        group="large_carnivore",
        range_states=("IRN",),
        range_states_references=("R001",),
        range_states_verified=True,
        iucn=IucnStatus(category=category, year=2015, references=("R083",), verified=verified),
        population=Population(
            estimate=None, low=None, high=None, year=None, references=(), verified=False
        ),
        movement=Movement(type="wide_ranging_resident", scale=None, references=(), verified=False),
        seasons=(),
        barrier_responses=(
            BarrierResponse(
                infrastructure="fence",
                response=both("Stopped.", "Остановлен."),
                references=("R007",),
                verified=True,
            ),
        ),
    )


CHEETAH = species(
    "asiatic_cheetah", both("Asiatic cheetah", "Азиатский гепард"), "Acinonyx jubatus", "CR",
    ("I",), True,
)  # fmt: skip
ONAGER = species(
    "asiatic_wild_ass", both("Asiatic wild ass", "Кулан"), "Equus hemionus", "NT", ("II",), False
)
CHINKARA = species(
    "chinkara", both("Chinkara", "Индийская газель (чинкара)"), "Gazella bennettii", "LC",
    (), False,
)  # fmt: skip
GAZELLE = species(
    "goitered_gazelle", both("Goitered gazelle", "Джейран"), "Gazella subgutturosa", "VU",
    ("II",), True,
)  # fmt: skip


def measure(
    id_: str, step: Step, en: str, ru: str, strength: EvidenceStrength, *numbers: NumericSpec
) -> Measure:
    return Measure(
        id=id_,
        step=step,
        kinds=KINDS,
        species_groups=("all",),
        text=both(en, ru),
        evidence=both(
            "Fenced Trans-Mongolian railway: none of 24 tracked gazelles crossed.",
            "Огороженная Трансмонгольская дорога: ни один из 24 прослеженных дзеренов не перешёл.",
        ),
        evidence_strength=strength,
        analogue=step is Step.MITIGATE,
        clauses=("POW 3.5(f)", "POW 27.1"),
        references=("R007",),
        verified=True,
        numbers=numbers,
    )


def number(parameter: str, value: float, *, verified: bool) -> NumericSpec:
    return NumericSpec(
        parameter=parameter,
        operator=">=",
        values=(value,),
        unit="m",
        verified=verified,
        basis="source",
        references=("R007",),
    )


AVOID = measure(
    "AV-05", Step.AVOID,
    "Do not fence the line by default; drop the fence unless a safety case is shown.",
    "Не огораживать линию по умолчанию; отказаться от ограды, если безопасность её не требует.",
    EvidenceStrength.STRONG,
)  # fmt: skip
MINIMIZE = measure(
    "MI-10", Step.MINIMIZE,
    "Keep embankment slopes gentle, so that herds can see across and walk up.",
    "Сделать откосы насыпи пологими, чтобы стада видели местность за ней и могли подняться.",
    EvidenceStrength.NONE,
)  # fmt: skip
MITIGATE = measure(
    "MT-16", Step.MITIGATE,
    "Place crossing structures on tracked routes, and test the added walking distance.",
    "Разместить переходы на прослеженных путях и проверить удлинение пути.",
    EvidenceStrength.MODERATE,
    number("height", 3.5, verified=True), number("width", 77.7, verified=False),
)  # fmt: skip
OFFSET = measure(
    "OF-05", Step.OFFSET,
    "Open an old barrier in the same population before buying land.",
    "Прежде чем покупать землю, открыть старую преграду для той же популяции.",
    EvidenceStrength.POLICY,
)  # fmt: skip


def matrix() -> tuple[MatrixCell, ...]:
    """Significance grows with the sum of both ranks."""
    words = list(Significance)
    return tuple(
        MatrixCell(
            sensitivity=s, magnitude=m, significance=words[min(3, max(0, (s.rank + m.rank) // 2))]
        )
        for s, m in product(Sensitivity, Magnitude)
    )


RULE = Rule(
    id="RNG-001",
    since="2026.1",
    outcome=Outcome.FINDING,
    subject=Subject.SPECIES_RANGE,
    title=both("Range of {species} met", "Затронут ареал: {species}"),
    statement=both("The project lies in the range.", "Проект лежит в ареале."),
    why=both("Infrastructure divides habitat.", "Инфраструктура рассекает местообитания."),
    when=(Condition(attribute=Attribute.ZONE, any_of=("footprint",)),),
    measures=("AV-05",),
    sources=("R001", "POW 3.5(f)"),
    cases=(),
    sensitivity="by_table",
    magnitude="by_table",
)

ROWS = (
    TableRow(
        level="high",
        when=(Condition(attribute=Attribute.ZONE, any_of=("footprint", "direct")),),
        why=both("The line cuts the range.", "Линия рассекает ареал."),
        sources=("R045",),
    ),
    TableRow(
        level="low",
        when=(),
        why=both("Only the indirect zone reaches it.", "Достигает лишь косвенная зона."),
        sources=("POW 3.5(f)",),
    ),
)

RULEBOOK = Rulebook(
    version="2026.1",
    title=both("Rulebook", "Свод правил"),
    sha256="5d0c" + "0" * 56 + "a91e",
    zones=(
        ZoneSpec(
            id="footprint", width_m=0, title=both("Footprint", "Полоса отвода"),
            why=both("The line as given.", "Линия, как она дана."), sources=("POW 3.5(f)",),
        ),
        ZoneSpec(
            id="direct", width_m=1000, title=both("Direct zone", "Зона прямого воздействия"),
            why=both("Up to 1 km.", "До 1 км."), sources=("R045",),
        ),
        ZoneSpec(
            id="indirect", width_m=10000,
            title=both("Indirect zone", "Зона косвенного воздействия"),
            why=both("Up to 10 km.", "До 10 км."), sources=(),
        ),
    ),
    matrix=matrix(),
    matrix_why=both("The matrix is the tool's own.", "Матрица — собственная."),
    sensitivity_table=ROWS,
    magnitude_table=ROWS,
    crossing_minimums=(),
    line_spacing=LineSpacing(
        least_m=1500,
        preferred_m=2500,
        species_groups=(),
        sources=(),
        note=both("Note.", "Примечание."),
    ),
    events=(),
    months=(),
    rules=(RULE,),
    measures=(AVOID, MINIMIZE, MITIGATE, OFFSET),
    species=(CHEETAH, ONAGER, CHINKARA, GAZELLE),
    references=REFERENCES,
    packs=(PACK,),
)  # fmt: skip


def layer(name: str, title: Text, kind: ReceptorKind, accuracy_m: float) -> LayerSpec:
    return LayerSpec(
        name=name,
        title=title,
        description=both("What it is.", "Что это."),
        receptor_kind=kind,
        required=True,
        version="2026.11",
        access="bundled",
        redistributable=True,
        format="geojson",
        path="data.geojson",
        bytes=10,
        hash="sha256:b8e4" + "1" * 56 + "77d0",
        licenses=(
            Licence(
                name="CC0-1.0", title="CC0 1.0", path="https://creativecommons.org/publicdomain/"
            ),
        ),
        citation="Faurby S. et al. 2018. PHYLACINE 1.2. Ecology 99(11): 2626.",
        sources=(DataSource(title="PHYLACINE 1.2.1", path="https://doi.org/10.5281/zenodo.1"),),
        positional_accuracy_m=accuracy_m,
        confidence=Confidence.MEDIUM,
        coverage=Coverage(bbox=(40, 15, 135, 60), states=("IRN",)),
        limits=(both("Cells are coarse.", "Ячейки грубые."),),
    )


RANGES = layer(
    "species_ranges", both("Species ranges on a 96 km grid", "Ареалы видов на сетке 96 км"),
    ReceptorKind.SPECIES_RANGE, 50_000,
)  # fmt: skip
STATES = layer(
    "range_states", both("Range States", "Государства ареала"), ReceptorKind.STATE, 5_300
)
