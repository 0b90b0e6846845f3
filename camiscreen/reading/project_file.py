"""What the user brings -> Project: read, understood, repaired, measured and joined.

The steps are elsewhere: ``vector_files`` reads, ``project_words`` understands properties,
``project_geometry`` repairs, ``alignment`` joins. Every error names the file and what to do.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import shapely
from shapely import MultiLineString, MultiPoint, MultiPolygon

from camiscreen.alignment import align
from camiscreen.errors import ProjectFileError
from camiscreen.geometry import geodesy
from camiscreen.model import Design, Message, Project, SourceFile, message
from camiscreen.reading import vector_features
from camiscreen.reading.geojson import Feature, VectorFileError, VectorLayer, read_geojson
from camiscreen.reading.project_geometry import Parts, project_parts
from camiscreen.reading.project_words import (
    clean,
    fencing_of,
    kind_of,
    kind_tags,
    kind_words,
    name_of,
)
from camiscreen.reading.vector_files import read_vector_file, sha256_of
from camiscreen.vocabulary import Fencing, Kind

STDIN = "stdin"


def read_project(
    path: str,
    *,
    kind: Kind | None,
    design: Design,
    layers: tuple[str, ...] = (),
    stdin: BinaryIO | None = None,
    feature: int | None = None,
    name: str | None = None,
    shown: str | None = None,
    already: VectorLayer | None = None,
) -> Project:
    """Read one project: all features of one layer of a vector file, or of several together.

    ``path`` ``-`` reads GeoJSON from ``stdin`` (the process's own if None). ``kind`` and ``name``
    override what the features say; ``feature`` takes that one of the file alone, by its number
    from 1, which is in ``already`` where it was read on another machine. ``shown`` is how the file
    is called where that is not ``path``. Raises ProjectFileError, one line that names the file.
    """
    shown = shown or (STDIN if path == "-" else path.replace(os.sep, "/"))
    try:
        if feature is None:
            read, source = _read(path, shown, layers, stdin)
        else:
            read, source = _read_feature(Path(path), shown, layers, feature, already)
        features = [f for f in read.features if f.geometry and not f.geometry.is_empty]
        parts = project_parts(read)
        stem = _stem(shown)
        overruled = _overruled(kind, features, read.name or stem)
        kind = kind or _kind(features, read.name or stem)
        design, said = _design(design, kind, features)
        return _project(
            name=clean(name or "") or name_of(features[0].properties) or clean(stem),
            kind=kind,
            design=design,
            parts=parts,
            notes=(*read.notes, *parts.notes, *_without_line(kind, parts), *overruled, *said),
            source=source,
        )
    except (VectorFileError, ProjectFileError) as error:
        raise ProjectFileError(clean(f"{shown}: {error}")) from error
    except OSError as error:
        raise ProjectFileError(clean(f"{shown}: cannot be read ({error.strerror})")) from error


def _read(
    path: str, shown: str, layers: tuple[str, ...], stdin: BinaryIO | None
) -> tuple[VectorLayer, SourceFile]:
    if path != "-":
        names = dict.fromkeys(layers)
        read = _together([read_vector_file(Path(path), name) for name in names or (None,)])
        return read, SourceFile(path=shown, sha256=sha256_of(Path(path)), layer=read.name)
    if layers:
        raise ProjectFileError("GeoJSON has no layers; leave --layer out")
    data = (stdin or sys.stdin.buffer).read()
    return read_geojson(data), SourceFile(path=shown, sha256=hashlib.sha256(data).hexdigest())


def _read_feature(
    path: Path,
    shown: str,
    layers: tuple[str, ...],
    number: int,
    already: VectorLayer | None,
) -> tuple[VectorLayer, SourceFile]:
    read = already or vector_features.feature(path, layers[0] if layers else None, number)
    sha256 = vector_features.fingerprint(read, read.features[0])
    return read, SourceFile(path=shown, sha256=sha256, layer=read.name, feature=number)


def _together(layers: Sequence[VectorLayer]) -> VectorLayer:
    """Several layers of one file as one, its features counted on from layer to layer."""
    first, *others = layers
    for other in others:
        if other.crs != first.crs:
            raise ProjectFileError(
                f"layers {first.name} and {other.name} have different coordinate reference "
                "systems; reproject them to one"
            )
    features = [feature for layer in layers for feature in layer.features]
    if not others:
        return first
    return replace(
        first,
        name=", ".join(str(layer.name) for layer in layers),
        features=tuple(replace(f, number=n) for n, f in enumerate(features, start=1)),
        notes=tuple(dict.fromkeys(note for layer in layers for note in layer.notes)),
    )


def _stem(shown: str) -> str:
    """The file's name without folders and suffix, of ``route.shp.zip`` too."""
    stem = Path(shown).stem
    return stem[:-4] if stem.lower().endswith(".shp") else stem


def _overruled(
    kind: Kind | None, features: Sequence[Feature], layer_name: str
) -> tuple[Message, ...]:
    """That the kind given is another than the file says: never without a word."""
    if kind is None:
        return ()
    said = {found for f in features if (found := kind_of(f.properties, layer_name))} - {kind}
    return (message("note.kind_overruled", said=", ".join(sorted(said))),) if said else ()


def _kind(features: Sequence[Feature], layer_name: str) -> Kind:
    kinds = {kind for f in features if (kind := kind_of(f.properties, layer_name))}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds:
        found = ", ".join(kind for kind in Kind if kind in kinds)
        raise ProjectFileError(f"its features are of several kinds ({found}); choose with --kind")
    words = sorted({word for f in features for word in kind_words(f.properties)})
    tags = sorted({tag for f in features for tag in kind_tags(f.properties)})
    seen = "nothing in it names the kind"
    if words or tags:
        seen = f"unknown kind {', '.join((words or tags)[:3])!r}"
    raise ProjectFileError(f"{seen}; say what it is with --kind: {', '.join(Kind)}")


def _design(
    design: Design, kind: Kind, features: Sequence[Feature]
) -> tuple[Design, tuple[Message, ...]]:
    """What is not given is taken from the file; a fence is fenced by nature."""
    if kind is Kind.FENCE:
        if Fencing.NO in {design.fencing, *(stretch.fenced for stretch in design.fences)}:
            raise ProjectFileError(
                "a fence cannot be unfenced; leave its fencing out, or choose another --kind"
            )
        fences = tuple(replace(stretch, fenced=Fencing.YES) for stretch in design.fences)
        return replace(design, fencing=Fencing.YES, fences=fences), ()
    said = fencing_of([f.properties for f in features])
    if design.fencing is not Fencing.UNKNOWN or said is Fencing.UNKNOWN:
        return design, ()
    return replace(design, fencing=said), (message(f"note.fencing_{said}"),)


def _without_line(kind: Kind, parts: Parts) -> tuple[Message, ...]:
    """Say so where a road, railway or the like is given without any line."""
    if kind is Kind.MINE or parts.lines:
        return ()
    return (message("note.no_line"),)


def _project(
    *,
    name: str,
    kind: Kind,
    design: Design,
    parts: Parts,
    notes: tuple[Message, ...],
    source: SourceFile,
) -> Project:
    lines = MultiLineString([shapely.linestrings(xy) for xy in parts.lines])
    areas = MultiPolygon(list(parts.areas))
    alignment = align(parts.tracks)
    return Project(
        name=name,
        kind=kind,
        design=design,
        lines=lines,
        areas=areas,
        points=MultiPoint(parts.points),
        alignment=alignment.chains,
        side_lines=alignment.side_lines,
        joining=alignment.joining,
        length_m=geodesy.line_length_m(lines),
        area_m2=geodesy.area_m2(areas),
        chainage_length_m=alignment.chainage_length_m,
        notes=notes,
        source=source,
    )
