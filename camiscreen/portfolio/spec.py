"""One project of a batch before it is read: where it is, what is said of it, its hashes.

This module's one job. A specification is small and can be sent to any process.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from camiscreen.reading.vector_files import sha256_of
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a project beside its file; None is silence. ``design`` is a path."""

    kind: str | None = None
    fenced: str | None = None
    buried: str | None = None
    works: tuple[int, ...] | None = None
    design: str | None = None

    def over(self, other: "Said") -> "Said":
        """This, and what another says where this is silent.

        A design of its own is whole: no single answer of the other overrules it.
        """
        if self.design is not None:
            other = Said(kind=other.kind)
        return Said(
            kind=self.kind or other.kind,
            fenced=self.fenced or other.fenced,
            buried=self.buried or other.buried,
            works=self.works or other.works,
            design=self.design or other.design,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSpec:
    """Where a project is and what is said of it beside its file.

    ``file`` is the path to read, ``shown`` how reports and messages call it; ``stem`` names its
    report files. ``own_id`` is true where the user gave the id. ``problem`` says why it cannot be
    screened, where that is known already. ``weight`` grows with the work that it will be (bytes of
    GeoJSON, roughly).
    """

    id: str
    file: str
    shown: str
    own_id: bool = False
    stem: str = ""
    layers: tuple[str, ...] = ()
    feature: int | None = None
    name: str | None = None
    said: Said = Said()
    weight: int = 0
    source_sha256: str | None = None
    design_sha256: str | None = None
    problem: str | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """What makes it another project than one in the same file."""
        given = self.id if self.own_id else None
        path = str(Path(self.file).resolve())
        return (path, self.layers, self.feature, given, self.name, self.said)


def sealed(spec: ProjectSpec) -> ProjectSpec:
    """The specification with its hashes and weight; what cannot be read has none."""
    source_sha256, design_sha256, weight = None, None, 0
    path = Path(spec.file)
    # What cannot be read says so when it is screened, in its row.
    with suppress(OSError):
        if path.is_file():
            source_sha256, weight = sha256_of(path), path.stat().st_size
    with suppress(OSError):
        if spec.said.design is not None:
            design_sha256 = hashlib.sha256(Path(spec.said.design).read_bytes()).hexdigest()
    return replace(spec, source_sha256=source_sha256, design_sha256=design_sha256, weight=weight)
