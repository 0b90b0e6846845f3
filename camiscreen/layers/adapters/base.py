"""What all adapters share: their facts, problems, and reading the cells of somebody's table.

An adapter knows one kind of file: which columns it must have, which features count, and what of
them becomes a receptor. Reading, repair and storing are not its business.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry import geodesy
from camiscreen.layers.mapping import FileMapping
from camiscreen.layers.region import States
from camiscreen.layers.species_names import SpeciesNames
from camiscreen.model import DataSource, Licence, Receptor, Text
from camiscreen.reading.vector_stream import Batch, Dataset
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind

POLYGON, LINE, POINT = "polygons", "lines", "points"

Draft: TypeAlias = tuple[Receptor, BaseGeometry]
"""A receptor to be, with its geometry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a file: where, what, and what became of the feature.

    ``fatal`` stops adding; otherwise the feature was repaired or left out.
    """

    place: str
    what: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far reading got; ``total`` is 0 where a format does not tell beforehand."""

    read: int
    total: int


Event: TypeAlias = Draft | Problem | Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of every file of a kind: words, terms, trust. All of it goes to the manifest.

    ``fixed_terms`` are terms that no option can loosen. Places of a ``sensitive`` kind are
    coarsened in a redacted report, whatever the user says.
    """

    title: Text
    description: Text
    receptor_kind: ReceptorKind
    licence: Licence
    citation: str
    sources: tuple[DataSource, ...]
    redistributable: bool
    positional_accuracy_m: float
    confidence: Confidence
    limits: tuple[Text, ...]
    fixed_terms: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an adapter works with: the taxa, the states, and the user's mapping if there is one."""

    names: SpeciesNames
    states: States
    mapping: FileMapping
    mapping_given: bool


@dataclass(kw_only=True)
class Adapter:
    """One kind of file. Holds what it counted while reading; made anew for every run.

    ``takes`` are the types of geometry that it knows; one with ``is_table`` reads tables itself.
    ``covers_region`` holds where a file of this kind speaks of the whole region.
    """

    name: ClassVar[str]
    facts: ClassVar[Facts]
    takes: ClassVar[frozenset[str]] = frozenset({POLYGON})
    is_table: ClassVar[bool] = False
    covers_region: ClassVar[bool] = False

    setup: Setup
    left_out: Counter[str] = field(default_factory=Counter)
    used_ids: set[str] = field(default_factory=set)

    def own_facts(self) -> Facts:
        """The facts of this run, where the mapping has a say in them."""
        return self.facts

    def wants(self, dataset: Dataset) -> bool:
        """Whether a layer of the file is meant; the others are passed over in silence."""
        return bool(dataset.layer)

    def where(self, dataset: Dataset) -> str | None:  # noqa: ARG002 - for those that override it
        """An OGR SQL condition that saves reading what is not meant."""
        return None

    def missing(self, dataset: Dataset) -> list[str]:
        """What is wrong with the columns of a dataset, one sentence each."""
        raise NotImplementedError

    def select(self, batch: Batch) -> NDArray[np.bool_]:
        """Which features count; the others are counted in ``left_out`` by reason."""
        return np.ones(len(batch), dtype=bool)

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """Receptors of features that are on WGS 84, valid and within the region."""
        raise NotImplementedError

    def read_tables(self, paths: Sequence[Path]) -> Iterator[Event]:
        """For adapters of tables without geometry: everything from reading on is theirs."""
        raise NotImplementedError

    def finish(self) -> Iterator[Draft | Problem]:
        """Receptors that could not be made before everything was read."""
        return iter(())

    def settings(self) -> tuple[str, ...]:
        """The choices that shaped the layer, in words, for the manifest."""
        return ()

    def own_limits(self) -> tuple[Text, ...]:
        """Limits that only showed while reading."""
        return ()

    def replaces(self) -> bool:
        """Whether the layer may stand in the place of a coarser range of its species."""
        return self.own_facts().receptor_kind is ReceptorKind.SPECIES_RANGE

    # ------------------------------------------------------------------------------------------
    # Help for drafts
    # ------------------------------------------------------------------------------------------

    def leave_out(self, reason: str, mask: NDArray[np.bool_]) -> None:
        """Count features that do not become receptors."""
        if mask.any():
            self.left_out[reason] += int(mask.sum())

    def unique(self, wanted: str, fallback: str) -> str:
        """An id that no receptor has yet; a second feature of one id gets a number."""
        base = wanted or fallback
        id_, number = base, 1
        while id_ in self.used_ids:
            number += 1
            id_ = f"{base}_{number}"
        self.used_ids.add(id_)
        return id_


# ----------------------------------------------------------------------------------------------
# Columns and cells
# ----------------------------------------------------------------------------------------------


def place_of(batch: Batch, row: int) -> str:
    """How messages name a feature."""
    feature = f"feature {batch.numbers[row]}"
    return f"{batch.dataset}: {feature}" if batch.dataset else feature


def without(dataset: Dataset, columns: Collection[str]) -> list[str]:
    """Which of some columns a dataset does not have, whatever the case of their letters."""
    there = {name.lower() for name in dataset.fields}
    return [name for name in columns if name.lower() not in there]


def missing_columns(dataset: Dataset, columns: Sequence[str], what: str) -> list[str]:
    """One sentence for all columns that are missing, none where none is."""
    gone = without(dataset, columns)
    if not gone:
        return []
    has = ", ".join(dataset.fields[:12]) + (", ..." if len(dataset.fields) > 12 else "")
    s = "s" if len(gone) > 1 else ""
    return [f"column{s} {', '.join(gone)} missing ({what}); it has {has or 'none'}"]


def texts(batch: Batch, *names: str) -> list[str]:
    """The cells of the first of some columns that is there, as clean text; "" where none is."""
    for name in names:
        column = batch.columns.get(name.lower())
        if column is not None:
            return [as_text(value) for value in column]
    return [""] * len(batch)


def as_text(value: Any) -> str:
    """A cell as text: whole floats without their ``.0``, missing values as nothing."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    # Control characters and runs of blanks come along with copied names.
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(value)).split())


def as_number(text: str) -> float | None:
    """A number as people write it: decimal comma, blanks between thousands. None if it is none."""
    compact = re.sub(r"[\s\u00a0\u202f']", "", text)
    if compact.count(",") == 1 and "." not in compact:
        compact = compact.replace(",", ".")
    elif "," in compact:
        compact = compact.replace(",", "")
    try:
        number = float(compact)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def bilingual(english: str, original: str, fallback: str) -> Text:
    """Names for both languages; an original in Cyrillic letters is the Russian one."""
    en = english or original or fallback
    cyrillic = any("\u0400" <= letter <= "\u04ff" for letter in original)
    return Text(en=en, ru=original if cyrillic else en)


def codes(text: str) -> tuple[str, ...]:
    """Country codes as in ``KAZ;KGZ``."""
    return tuple(sorted({code.strip() for code in re.split(r"[;,/ ]+", text) if code.strip()}))


def disc_of(point: BaseGeometry, km2: float | None) -> BaseGeometry:
    """The area-equivalent disc of a point, or the point where no area is given.

    A multipoint stands for one place; its disc is drawn around its middle.
    """
    if km2 is None or km2 <= 0:
        return point
    centre = shapely.centroid(point)
    return geodesy.disc(centre.x, centre.y, km2 * 1e6)


def polygons_only(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of what ``make_valid`` gave."""
    parts = geodesy.polygon_parts(geometry)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def no_terms(name: str, title: str, path: str) -> Licence:
    """A licence that is a page of terms."""
    return Licence(name=name, title=title, path=path)


def kept_attributes(batch: Batch, row: int, columns: Mapping[str, str]) -> dict[str, str]:
    """Some cells of a feature under new names, empty ones left out."""
    found = {}
    for name, column in columns.items():
        cell = batch.columns.get(column.lower())
        text = "" if cell is None else as_text(cell[row])
        if text:
            found[name] = text
    return found
