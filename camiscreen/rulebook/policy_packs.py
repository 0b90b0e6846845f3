"""Policy packs: what has to be right in and among them.

A pack is a folder of ``pack.yaml`` (the head), ``clauses.yaml`` (the register) and, where the
rulebook has to answer for some of its clauses, ``coverage.yaml``. Several stand side by side; each
has prefixes of its own, so that a citation names one text only. Reading belongs to ``rulebook``.
"""

from collections.abc import Iterable, Iterator

from camiscreen.data_files import DataFile, KeyPath, suggestion
from camiscreen.model import Clause, CoverageRow, Feature, Pack, Section
from camiscreen.values import dataclass

Problem = tuple[DataFile, KeyPath, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """``clauses.yaml``: the register of a pack."""

    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """``coverage.yaml``: the clauses to answer for, and what of the program does so."""

    features: tuple[Feature, ...]
    coverage: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFiles:
    """A pack with the files that it was read from."""

    pack: Pack
    head: DataFile
    clauses: DataFile
    coverage: DataFile | None


def citations(packs: Iterable[Pack]) -> frozenset[str]:
    """Everything of the packs that may be cited: sections, clauses, paragraphs."""
    return frozenset(
        citation
        for pack in packs
        for citation in (
            *(pack.cite(section.number) for section in pack.sections),
            *(pack.cite(clause.id) for clause in pack.clauses),
            *(pack.cite_paragraph(paragraph.id) for paragraph in pack.paragraphs),
        )
    )


def problems(all_files: Iterable[PackFiles]) -> Iterator[Problem]:
    """Every mistake that the shape of one file cannot show."""
    owners: dict[str, str] = {}
    for files in all_files:
        pack, head = files.pack, files.head
        if pack.id != head.path.parent.name:
            yield head, ("id",), f"id: must be the folder's name, {head.path.parent.name}"
        for key, prefix in (("prefix", pack.prefix), ("paragraph_prefix", pack.paragraph_prefix)):
            if not prefix or prefix.split() != [prefix]:
                yield head, (key,), f"{key}: must be one word, such as POW{pack.period.first}"
            elif prefix.lower() in owners:
                yield (
                    head,
                    (key,),
                    f"{key}: {prefix} stands already for {owners[prefix.lower()]}; give this pack "
                    f"one of its own, such as {prefix.rstrip('.')}{pack.period.first}",
                )
            owners.setdefault(prefix.lower(), pack.id)
        if pack.period.first > pack.period.last:
            yield head, ("period",), "period: the first year comes after the last"
        yield from _register(files)
        yield from _answers(files)


def _register(files: PackFiles) -> Iterator[Problem]:
    """Clauses lie in sections that are there, and none stands twice."""
    pack, file = files.pack, files.clauses
    numbers = {section.number for section in pack.sections}
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        at: KeyPath = ("clauses", index)
        if clause.section not in numbers:
            hint = suggestion(clause.section, numbers)
            yield file, (*at, "section"), f"section: there is no section {clause.section}{hint}"
        if clause.id in seen:
            yield file, (*at, "id"), f"id: clause {clause.id} stands already in this file"
        seen.add(clause.id)
    if pack.successor and pack.successor.clause not in seen:
        text = f"clause: the register has no clause {pack.successor.clause}"
        yield files.head, ("successor", "clause"), text


def _answers(files: PackFiles) -> Iterator[Problem]:
    """What coverage.yaml names exists."""
    pack, file = files.pack, files.coverage
    if file is None:
        return
    clauses = {clause.id for clause in pack.clauses}
    features = {feature.id for feature in pack.features}
    seen: set[str] = set()
    for index, row in enumerate(pack.coverage):
        at: KeyPath = ("coverage", index)
        if row.clause not in clauses:
            hint = suggestion(row.clause, clauses)
            yield file, (*at, "clause"), f"clause: there is no clause {row.clause}{hint}"
        if row.clause in seen:
            yield file, (*at, "clause"), f"clause: {row.clause} stands already in this file"
        seen.add(row.clause)
        for place, feature in enumerate(row.features):
            if feature not in features:
                hint = suggestion(feature, features)
                text = f"features: there is no feature {feature}{hint}"
                yield file, (*at, "features", place), text
