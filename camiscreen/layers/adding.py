"""Making a layer of a user's file: read, compiled, described, and there whole or not at all.

Everything is written into a hidden folder beside the place of the layer, which is renamed at the
very end. Whatever happens before, Ctrl-C included, leaves no layer.
"""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from camiscreen import __version__, data_files
from camiscreen.errors import LayerError
from camiscreen.layers import reading, store, store_writer
from camiscreen.layers.adapters import ADAPTERS
from camiscreen.layers.adapters.base import Adapter, Facts, Problem, Reached, Setup
from camiscreen.layers.mapping import NO_MAPPING, FileMapping
from camiscreen.layers.region import REGION, States
from camiscreen.layers.species_names import SpeciesNames
from camiscreen.model import (
    Coverage,
    LayerSpec,
    LeftOut,
    Licence,
    Origin,
    OriginFile,
    Species,
    Text,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

_EXTENT = Text(
    en="The coverage is the extent of the file; whether the file is complete within it is not "
    "known.",
    ru="Охват — это экстент файла; полон ли файл в этих пределах, неизвестно.",
)
_STALE_S = 24 * 3600
"""Age from which on a hidden folder is the leftover of a machine that went down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a user asks for. ``added_on`` and ``data_date`` are dates, YYYY-MM-DD."""

    kind: str
    files: tuple[Path, ...]
    name: str
    target: Path
    added_on: str
    mapping: FileMapping = NO_MAPPING
    mapping_given: bool = False
    licence: str | None = None
    citation: str | None = None
    data_date: str | None = None
    accuracy_m: float | None = None
    encoding: str | None = None
    sensitive: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A layer that is in place, and what was repaired or left out on the way."""

    spec: LayerSpec
    folder: Path
    remarks: tuple[Problem, ...]


class ProblemsError(LayerError):
    """A file is wrong. ``problems`` has every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def adapter_for(request: Request, species: Sequence[Species], states: States) -> Adapter:
    """The adapter of a request, ready for one reading."""
    mapping = request.mapping
    setup = Setup(
        names=SpeciesNames(species, mapping.species_names),
        states=states,
        mapping=mapping,
        mapping_given=request.mapping_given,
    )
    return ADAPTERS[request.kind](setup=setup)


def examine(
    request: Request, species: Sequence[Species], states: States
) -> Iterator[Problem | Reached]:
    """Every problem of some files, in their order, without making anything of them."""
    adapter = adapter_for(request, species, states)
    receptors = 0
    fatal = False
    with tempfile.TemporaryDirectory(prefix="camiscreen-") as folder:
        for event in reading.read_files(request.files, adapter, Path(folder), request.encoding):
            if isinstance(event, tuple):
                receptors += 1
            else:
                fatal = fatal or (isinstance(event, Problem) and event.fatal)
                yield event
    if not receptors and not fatal:
        yield _nothing(adapter)


def add(
    request: Request, species: Sequence[Species], states: States
) -> Generator[Reached | Added, None, None]:
    """Make a layer: how far it got, again and again, and at the end the layer.

    Raises ProblemsError with everything that is wrong with the files, LayerError where the layer
    cannot be put in its place. Close the iterator to break off; nothing remains then.
    """
    final = request.target / request.name
    if final.exists() and not request.replace:
        raise LayerError(
            f"{final}: there is a layer of this name; choose another with --name, remove it "
            f"(camiscreen layers remove {request.name}) or overwrite it with --replace"
        )
    try:
        request.target.mkdir(parents=True, exist_ok=True)
        _sweep(request.target)
        part = Path(tempfile.mkdtemp(prefix=f".{request.name}.", suffix=".part",
                                     dir=request.target))  # fmt: skip
    except OSError as error:
        raise _unwritable(request.target, error) from error
    try:
        adapter = adapter_for(request, species, states)
        remarks: list[Problem] = []
        read = yield from _compile(request, adapter, part, remarks)
        spec = _describe(request, adapter, part, read, remarks)
        shutil.rmtree(part / "unpacked", ignore_errors=True)
        # Temporary folders are for their owner alone; a layer may be shared.
        part.chmod(0o755)
        _into_place(part, final)
    except OSError as error:
        raise _unwritable(request.target, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    yield Added(spec=spec, folder=final, remarks=tuple(remarks))


def _compile(
    request: Request, adapter: Adapter, part: Path, remarks: list[Problem]
) -> Generator[Reached, None, int]:
    """The store of a layer, receptor by receptor; gives the number of features read.

    Problems that stop it are raised at the end, all of them.
    """
    wrong: list[Problem] = []
    read = 0
    with store_writer.StoreWriter(part / "store") as writer:
        for event in reading.read_files(
            request.files, adapter, part / "unpacked", request.encoding
        ):
            if isinstance(event, Reached):
                read = event.read
                yield event
            elif isinstance(event, Problem):
                (wrong if event.fatal else remarks).append(event)
            elif not wrong:
                writer.add(*event)
        if not wrong and not len(writer):
            wrong.append(_nothing(adapter))
        if wrong:
            raise ProblemsError([*wrong, *remarks])
        writer.finish()
    return read


def _nothing(adapter: Adapter) -> Problem:
    reasons = ", ".join(f"{count} {reason}" for reason, count in adapter.left_out.most_common())
    return Problem(
        place="",
        what="nothing in it becomes a receptor" + (f": {reasons}" if reasons else "")
        + "; the region is 40-135 E, 15-60 N",
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------
# The manifest
# ----------------------------------------------------------------------------------------------


def _describe(
    request: Request, adapter: Adapter, part: Path, read: int, remarks: Sequence[Problem]
) -> LayerSpec:
    """Write ``layer.yaml`` and give what it says, read back from the file."""
    opened = store.open_store(part / "store")
    if opened is None:
        raise LayerError(f"{part}: the layer could not be written whole; try again")
    header = part / "store" / "header.json"
    files = tuple(_origin_file(path) for path in request.files)
    facts, mapping = adapter.own_facts(), request.mapping
    species = tuple(sorted(id_ for id_ in opened.by_species if id_))
    is_range = facts.receptor_kind is ReceptorKind.SPECIES_RANGE
    accuracy_m = request.accuracy_m or mapping.positional_accuracy_m or (
        mapping.tracks.cell_m if request.kind == "movebank" else facts.positional_accuracy_m
    )  # fmt: skip
    spec = LayerSpec(
        name=request.name,
        title=mapping.title or facts.title,
        description=mapping.description or facts.description,
        receptor_kind=facts.receptor_kind,
        required=False,
        version=request.data_date or f"sha256:{files[0].sha256[:12]}",
        access="bring_your_own",
        redistributable=_may_be_shared(facts, mapping),
        format="store",
        path="store/header.json",
        bytes=sum(path.stat().st_size for path in (part / "store").iterdir()),
        hash=f"sha256:{hashlib.sha256(header.read_bytes()).hexdigest()}",
        licenses=(_licence(request, facts),),
        citation=_citation(request, facts),
        sources=facts.sources,
        positional_accuracy_m=accuracy_m,
        confidence=mapping.confidence or facts.confidence,
        coverage=mapping.coverage or _coverage(adapter, opened),
        limits=(*facts.limits, *adapter.own_limits(), *_extent_limit(adapter, mapping)),
        species=species,
        sensitive=facts.sensitive or mapping.sensitive or request.sensitive,
        replaces=species if is_range and adapter.replaces() else (),
        origin=Origin(
            adapter=request.kind,
            files=files,
            added_on=request.added_on,
            data_date=request.data_date,
            tool_version=__version__,
            features_read=read,
            receptors=len(opened.receptors),
            repaired=sum("repaired" in remark.what for remark in remarks),
            left_out=tuple(
                LeftOut(reason=reason, features=count)
                for reason, count in sorted(adapter.left_out.items())
            ),
            settings=adapter.settings(),
        ),
    )
    manifest = part / "layer.yaml"
    manifest.write_text(_HEAD + data_files.yaml_text(spec), encoding="utf-8", newline="\n")
    return data_files.build(data_files.read_yaml(manifest), LayerSpec)


_HEAD = "# Written by camiscreen layers add. The fields are explained in docs/layers.md.\n"


def _extent_limit(adapter: Adapter, mapping: FileMapping) -> tuple[Text, ...]:
    return () if adapter.covers_region or mapping.coverage else (_EXTENT,)


def _coverage(adapter: Adapter, opened: store.Store) -> Coverage:
    """The region where the source is known to speak of all of it, else the extent of the file.

    An extract of one country says nothing of the next one: silence there is not assessed.
    """
    states = adapter.setup.states
    if adapter.covers_region:
        return Coverage(bbox=REGION, states=states.codes())
    bounds = opened.index["bounds"]
    low = np.floor(10 * bounds[:, :2].min(axis=0)) / 10
    high = np.ceil(10 * bounds[:, 2:].max(axis=0)) / 10
    west, south = np.maximum(low, REGION[:2]).tolist()
    east, north = np.minimum(high, REGION[2:]).tolist()
    boxes = shapely.box(*np.asarray(bounds).T)
    reached = states.reached_by_any(boxes)
    return Coverage(bbox=(west, south, east, north), states=reached)


def _may_be_shared(facts: Facts, mapping: FileMapping) -> bool:
    if facts.fixed_terms or mapping.redistributable is None:
        return facts.redistributable
    return mapping.redistributable


def _licence(request: Request, facts: Facts) -> Licence:
    """That of the mapping; ``--licence`` is a title, and for fixed terms it stands beside them."""
    base = request.mapping.licence or facts.licence
    if request.licence is None:
        return base
    if facts.fixed_terms:
        return replace(facts.licence, title=f"{facts.licence.title}; {request.licence}")
    return Licence(name=request.licence, title=request.licence, path="")


def _citation(request: Request, facts: Facts) -> str:
    given = request.citation or request.mapping.citation
    if given:
        return given
    date = request.data_date
    words = {
        "{year}": date[:4] if date else "year not given",
        "{date}": date or "date not given",
        "{files}": ", ".join(path.name for path in request.files),
    }
    text = facts.citation or "{files}, as the user holds it"
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _origin_file(path: Path) -> OriginFile:
    """Size and hash; of a File Geodatabase, which is a folder, those of all its files."""
    parts = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    if path.suffix.lower() == ".shp":
        parts = sorted(p for p in path.parent.iterdir() if p.stem == path.stem)
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return OriginFile(
        name=path.name, bytes=sum(p.stat().st_size for p in parts), sha256=digest.hexdigest()
    )


# ----------------------------------------------------------------------------------------------
# The folder
# ----------------------------------------------------------------------------------------------


def _into_place(part: Path, final: Path) -> None:
    """Rename the finished layer to its place; one that is there is put aside until that is done."""
    if not final.exists():
        part.rename(final)
        return
    aside = part.with_name(f"{part.name}.old")
    final.rename(aside)
    try:
        part.rename(final)
    except OSError:
        aside.rename(final)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Remove what a run left behind that was killed long ago."""
    for folder in target.glob(".*.part*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _STALE_S:
            shutil.rmtree(folder, ignore_errors=True)


def _unwritable(target: Path, error: OSError) -> LayerError:
    return LayerError(
        f"{error.filename or target}: cannot be written ({error.strerror}); choose another folder "
        "with --to or set CAMISCREEN_DATA_DIR"
    )
