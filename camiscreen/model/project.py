"""The project: its files, its design by chainage, its alignment."""

from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon

from camiscreen.model.words import KpRange, Message
from camiscreen.values import dataclass
from camiscreen.vocabulary import CanalSides, FenceType, Fencing, Kind, Known, Sides, StructureType


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """Where the project came from; ``path`` as the user wrote it, ``sha256`` of its bytes.

    Where one ``feature`` of a file is the project, its number from 1; the hash is then of that
    feature alone (``vector_features.fingerprint``), so that its neighbours may change.
    """

    path: str
    sha256: str
    layer: str | None = None
    feature: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceStretch:
    """Fencing of a stretch; ``kp_m`` None is the whole line, here and in all design items."""

    kp_m: KpRange | None = None
    fenced: Fencing
    type: FenceType = FenceType.UNKNOWN
    height_m: float | None = None
    bottom_wire_m: float | None = None
    sides: Sides = Sides.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficStretch:
    """Traffic foreseen on a stretch."""

    kp_m: KpRange | None = None
    vehicles_per_day: float | None = None
    trains_per_day: float | None = None
    speed_km_h: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormationStretch:
    """Width and height of what is built on a stretch."""

    kp_m: KpRange | None = None
    width_m: float | None = None
    embankment_height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStretch:
    """Whether the pipe lies under ground."""

    kp_m: KpRange | None = None
    buried: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class CanalStretch:
    """Bed and banks of a canal."""

    kp_m: KpRange | None = None
    sides: CanalSides
    lined: Known = Known.UNKNOWN
    width_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksStretch:
    """Months (1-12) of the works programme."""

    kp_m: KpRange | None = None
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightingStretch:
    """Whether a stretch is lit at night."""

    kp_m: KpRange | None = None
    lit: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTrackStretch:
    """Whether a track runs along the line, and whether the public may use it."""

    kp_m: KpRange | None = None
    present: Known
    open_to_public: Known = Known.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A way across the line, at one chainage.

    ``width_m`` is the clear opening along the line, ``length_m`` the way through.
    """

    at_m: float
    type: StructureType
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What is known of the design. Unknown is a value: it is screened at its worst case.

    ``fencing`` holds wherever ``fences`` says nothing.
    """

    fencing: Fencing = Fencing.UNKNOWN
    fences: tuple[FenceStretch, ...] = ()
    traffic: tuple[TrafficStretch, ...] = ()
    formation: tuple[FormationStretch, ...] = ()
    pipeline: tuple[PipelineStretch, ...] = ()
    canal: tuple[CanalStretch, ...] = ()
    works: tuple[WorksStretch, ...] = ()
    lighting: tuple[LightingStretch, ...] = ()
    service_track: tuple[ServiceTrackStretch, ...] = ()
    structures: tuple[Structure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One unbroken stretch of chainage: a line (n, 2) and the chainage at both its ends.

    ``bridge_edges`` are the indices of the edges (i joins vertices i and i + 1) that bridge a gap:
    chainage runs along them, but they are no geometry of the project and have no length in sums.
    """

    line: LineString
    from_m: float
    to_m: float
    bridge_edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A gap between two parts that chainage runs across: where it lies and how wide it is."""

    kp_m: float
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What was done to make one alignment of many parts; everything is said in the report."""

    parts: int
    joined_parts: int
    bridges: tuple[Bridge, ...]
    parallel_parts: int
    parallel_length_m: float
    chains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is proposed.

    ``lines``, ``areas`` and ``points`` are the geometry as given, repaired and densified; any of
    them may be empty, and every length and area is measured on them. ``alignment`` is the
    chainage: parts in order, stairs of a raster straightened, parallel tracks counted once;
    ``side_lines`` are the parts that it leaves out.
    ``length_m`` is the geodesic sum over all line parts as given, ``chainage_length_m`` that of
    the alignment with its bridges.
    """

    name: str
    kind: Kind
    design: Design
    lines: MultiLineString
    areas: MultiPolygon
    points: MultiPoint
    alignment: tuple[Chain, ...]
    side_lines: MultiLineString
    joining: Joining
    length_m: float
    area_m2: float
    chainage_length_m: float
    notes: tuple[Message, ...]
    source: SourceFile
