"""The rules folder -> Rulebook: everything that judges, read and cross-checked.

Every id must resolve, every table be complete, every number be verified where it is said to be;
all mistakes in all files are reported at once and stop the run.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from itertools import product
from pathlib import Path
from typing import TypeVar

from camiscreen import data_files, value_cache
from camiscreen.data_files import DataFile, KeyPath, suggestion
from camiscreen.errors import DataFileError
from camiscreen.model import (
    PLACEHOLDERS,
    BarrierResponse,
    Condition,
    CrossingMinimum,
    Framework,
    LineSpacing,
    MatrixCell,
    Measure,
    Pack,
    Rule,
    Rulebook,
    Season,
    Species,
    SpeciesNote,
    Text,
    ZoneSpec,
)
from camiscreen.rulebook import policy_packs, rulebook_frameworks
from camiscreen.rulebook.policy_packs import Clauses, Coverage, PackFiles
from camiscreen.rulebook.rulebook_files import (
    FOLDERS,
    Calendar,
    CrossingMinimums,
    Head,
    Matrix,
    Measures,
    References,
    Table,
    Zones,
    kind_of,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    ATTRIBUTE_VALUES,
    SPECIES_SUBJECTS,
    SUBJECT_FACTS,
    Attribute,
    Magnitude,
    Outcome,
    Quantity,
    Sensitivity,
    Subject,
)

T = TypeVar("T")

BY_TABLE = "by_table"

_LATER = ("references", "packs", "frameworks")
"""What no judgement needs unless a framework is asked for: half of what a rulebook holds."""


def rule_files(dirs: Sequence[Path]) -> list[Path]:
    """Every file that a rulebook is read from."""
    return sorted(path for base in dirs for path in base.rglob("*.yaml"))


def load(dirs: Sequence[Path], cache: Path | None = None) -> Rulebook:
    """The rulebook of some folders, the shipped one first.

    ``cache`` is a folder for the parsed form, keyed by the hash of every file, so that an ordinary
    check pays neither for YAML nor for pydantic. Raises DataFileError with every problem.
    """
    hashes = [data_files.sha256_of_tree(base, (".yaml", ".yml")) for base in dirs]
    digest = hashes[0] if len(hashes) == 1 else data_files.sha256_of_texts(hashes)
    if cache is None:
        return _read(dirs, digest)
    key = f"rulebook-{digest[:32]}"
    return value_cache.cached(
        Rulebook, key, cache / "rulebook", lambda: _read(dirs, digest), later=_LATER
    )


# ----------------------------------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Collects records with the place they came from, and problems."""

    dirs: Sequence[Path]
    problems: list[str] = field(default_factory=list)

    def files(self, pattern: str) -> list[Path]:
        return [path for base in self.dirs for path in sorted(base.glob(pattern))]

    def read(self, path: Path, cls: type[T]) -> tuple[T, DataFile] | None:
        try:
            file = data_files.read_yaml(path)
            return data_files.build(file, cls), file
        except DataFileError as error:
            self.problems.extend(error.problems)
            return None

    def all(self, pattern: str, cls: type[T]) -> list[tuple[T, DataFile]]:
        read = [self.read(path, cls) for path in self.files(pattern)]
        return [item for item in read if item is not None]

    def one(self, pattern: str, cls: type[T]) -> tuple[T, DataFile] | None:
        found = self.all(pattern, cls)
        if not found and not self.problems:
            self.problems.append(f"{self.dirs[0] / pattern}:1:1: is missing")
        return found[-1] if found else None

    def passed_over(self) -> None:
        """A YAML file that no part of the rulebook is read from is a slip of its author."""
        for base in self.dirs:
            found = sorted([*base.rglob("*.yaml"), *base.rglob("*.yml")])
            if not found:
                self.problems.append(f"{base}: no rules in it; rules stand in screening/*.yaml")
            for path in found:
                inside = path.relative_to(base)
                if kind_of(inside) is None:
                    if path.suffix == ".yml" and kind_of(inside.with_suffix(".yaml")):
                        what = f"is not read; name it {path.stem}.yaml"
                    else:
                        hint = suggestion(inside.parts[0], FOLDERS)
                        what = f"nothing is read from {inside.as_posix()} in a rules folder{hint}"
                    self.problems.append(f"{path}:1:1: {what}")

    def problem(self, file: DataFile, at: KeyPath, what: str) -> None:
        self.problems.append(file.problem(at, what))

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise DataFileError(tuple(dict.fromkeys(self.problems)))


def _read(dirs: Sequence[Path], digest: str) -> Rulebook:
    reader = _Reader(dirs)
    reader.passed_over()
    head = reader.one("rulebook.yaml", Head)
    zones = reader.one("zones.yaml", Zones)
    significance = reader.one("significance/matrix.yaml", Matrix)
    sensitivity = reader.one("significance/sensitivity.yaml", Table)
    magnitude = reader.one("significance/magnitude.yaml", Table)
    minimums = reader.one("significance/crossing_minimums.yaml", CrossingMinimums)
    spacing = reader.one("significance/line_spacing.yaml", LineSpacing)
    calendar = reader.one("calendar.yaml", Calendar)
    references = reader.all("evidence/*.yaml", References)
    measures = reader.all("measures/*.yaml", Measures)
    species = reader.all("species/*.yaml", Species)
    notes = reader.all("species_notes/*.yaml", SpeciesNote)
    rules = reader.all("screening/*.yaml", Rule)
    packs = _packs(reader)
    frameworks = reader.all("frameworks/*.yaml", Framework)
    reader.stop_if_wrong()
    assert head and zones and significance and sensitivity and magnitude
    assert minimums and spacing and calendar
    book = Rulebook(
        version=head[0].version,
        title=head[0].title,
        sha256=digest,
        zones=zones[0].zones,
        matrix=significance[0].matrix,
        matrix_why=significance[0].why,
        sensitivity_table=sensitivity[0].rows,
        magnitude_table=magnitude[0].rows,
        crossing_minimums=minimums[0].crossing_minimums,
        line_spacing=spacing[0],
        events=calendar[0].events,
        months=calendar[0].months,
        rules=tuple(sorted((rule for rule, _ in rules), key=lambda rule: rule.id)),
        measures=tuple(m for group, _ in measures for m in group.measures),
        species=tuple(
            _with_notes(profile, [note for note, _ in notes])
            for profile in sorted((s for s, _ in species), key=lambda item: item.table_row)
        ),
        references=tuple(r for group, _ in references for r in group.references),
        packs=tuple(files.pack for files in packs),
        frameworks=rulebook_frameworks.ordered(framework for framework, _ in frameworks),
    )
    check = _Check(reader, book)
    check.unique("reference", [(r.id, f, ("references", i)) for g, f in references
                               for i, r in enumerate(g.references)])  # fmt: skip
    check.unique("measure", [(m.id, f, ("measures", i)) for g, f in measures
                             for i, m in enumerate(g.measures)])  # fmt: skip
    check.unique("species", [(s.id, f, ("id",)) for s, f in species])
    check.unique("rule", [(r.id, f, ("id",)) for r, f in rules])
    for rule, file in rules:
        check.rule(rule, file)
    for group, file in measures:
        check.measures(group.measures, file)
    for profile, file in species:
        check.species(profile, file)
    for note, file in notes:
        check.note(note, file)
    check.packs(packs)
    for table, file, words in (
        (sensitivity[0], sensitivity[1], list(Sensitivity)),
        (magnitude[0], magnitude[1], list(Magnitude)),
    ):
        check.table(table, file, [str(word) for word in words])
    check.matrix(significance[0].matrix, significance[1])
    check.sources(significance[0].sources, significance[1], ("sources",))
    check.zones(zones[0].zones, zones[1])
    check.minimums(minimums[0].crossing_minimums, minimums[1])
    check.spacing(*spacing)
    rulebook_frameworks.check(frameworks, check)
    reader.stop_if_wrong()
    return book


def _packs(reader: _Reader) -> list[PackFiles]:
    """Each pack folder's head, clauses and coverage as one pack."""
    packs = []
    for path in reader.files("packs/*/pack.yaml"):
        head = reader.read(path, Pack)
        clauses = reader.read(path.with_name("clauses.yaml"), Clauses)
        answers = path.with_name("coverage.yaml")
        coverage = reader.read(answers, Coverage) if answers.is_file() else None
        if head and clauses:
            pack = replace(head[0], sections=clauses[0].sections, clauses=clauses[0].clauses)
            if coverage:
                pack = replace(pack, features=coverage[0].features, coverage=coverage[0].coverage)
            packs.append(
                PackFiles(
                    pack=pack,
                    head=head[1],
                    clauses=clauses[1],
                    coverage=coverage[1] if coverage else None,
                )
            )
    return packs


def _with_notes(species: Species, notes: Sequence[SpeciesNote]) -> Species:
    """A profile with what the notes on it add."""
    own = [note for note in notes if note.species == species.id]
    return replace(
        species,
        seasons=(*species.seasons, *(item for note in own for item in note.seasons)),
        barrier_responses=(
            *species.barrier_responses,
            *(item for note in own for item in note.barrier_responses),
        ),
    )


# ----------------------------------------------------------------------------------------------
# Cross-checks
# ----------------------------------------------------------------------------------------------


class _Check:
    """Everything that no single file can know: ids that resolve, tables without holes."""

    def __init__(self, reader: _Reader, book: Rulebook) -> None:
        self.reader = reader
        self.references = {reference.id: reference for reference in book.references}
        self.measures_by_id = {measure.id: measure for measure in book.measures}
        self.zone_ids = {zone.id for zone in book.zones} | {"uncertainty"}
        self.species_ids = {species.id for species in book.species}
        self.event_ids = {event.id for event in book.events}
        self.movements = {species.movement.type for species in book.species} | {"not verified"}
        self.states = {state for species in book.species for state in species.range_states}
        self.groups = {species.group for species in book.species}
        self.citations = policy_packs.citations(book.packs)

    def problem(self, file: DataFile, at: KeyPath, what: str) -> None:
        self.reader.problem(file, at, what)

    def unique(self, what: str, ids: Iterable[tuple[str, DataFile, KeyPath]]) -> None:
        seen: dict[str, DataFile] = {}
        for id_, file, at in ids:
            if id_ in seen:
                text = f"id: {what} {id_} stands already in {seen[id_].path}"
                self.reader.problem(file, at, text)
            seen[id_] = file

    def sources(self, sources: Iterable[str], file: DataFile, at: KeyPath) -> None:
        known = self.references.keys() | self.citations
        for index, source in enumerate(sources):
            if source not in known:
                text = f"{source!r} is neither a reference nor a clause{suggestion(source, known)}"
                self.reader.problem(file, (*at, index), text)

    def rule(self, rule: Rule, file: DataFile) -> None:
        if not file.path.name.startswith(rule.id):
            self.reader.problem(file, ("id",), f"id: the file's name must start with {rule.id}")
        if not rule.sources:
            self.reader.problem(file, ("sources",), "sources: a rule needs at least one")
        self.sources(rule.sources, file, ("sources",))
        self._placeholders(rule, file)
        self.conditions(rule.when, rule.subject, file, ("when",))
        self._levels(rule, file)
        if rule.survey is not None:
            self.sources(rule.survey.sources, file, ("survey", "sources"))
        steps = []
        for index, measure in enumerate(rule.measures):
            known = self.measures_by_id.get(measure)
            if known is None:
                hint = suggestion(measure, self.measures_by_id)
                text = f"measures: there is no measure {measure}{hint}"
                self.reader.problem(file, ("measures", index), text)
            else:
                steps.append(known.step.rank)
        if steps != sorted(steps):
            text = "measures: not in the order avoid, minimize, mitigate, offset"
            self.reader.problem(file, ("measures",), text)
        if {case.fires for case in rule.cases} != {True, False}:
            text = "cases: a rule needs one case that fires and one that is silent"
            self.reader.problem(file, ("cases",), text)
        for index, case in enumerate(rule.cases):
            self.facts(case.given, rule.subject, file, ("cases", index, "given"))

    def _placeholders(self, rule: Rule, file: DataFile) -> None:
        texts: list[tuple[KeyPath, Text]] = [
            ((name,), getattr(rule, name)) for name in ("title", "statement", "why")
        ]
        if rule.survey is not None:
            texts.append((("survey", "what"), rule.survey.what))
        for at, text in texts:
            for language in ("en", "ru"):
                for name in re.findall(r"\{(\w*)\}", getattr(text, language)):
                    if name not in PLACEHOLDERS:
                        hint = suggestion(name, PLACEHOLDERS)
                        what = f"{{{name}}} is none of {', '.join(PLACEHOLDERS)}{hint}"
                        self.reader.problem(file, (*at, language), f"{at[-1]}: {what}")

    def _levels(self, rule: Rule, file: DataFile) -> None:
        for name, words in (("sensitivity", list(Sensitivity)), ("magnitude", list(Magnitude))):
            level = getattr(rule, name)
            allowed = [BY_TABLE, *map(str, words)]
            if rule.outcome is Outcome.NOT_ASSESSED:
                if level is not None:
                    text = f"{name}: a rule that yields not_assessed has none"
                    self.reader.problem(file, (name,), text)
            elif level not in allowed:
                hint = suggestion(str(level), allowed)
                text = f"{name}: {level!r} is not one of {', '.join(allowed)}{hint}"
                self.reader.problem(file, (name,), text)
            elif level == BY_TABLE and rule.subject not in SPECIES_SUBJECTS:
                text = f"{name}: the tables speak of species ranges only; give a level"
                self.reader.problem(file, (name,), text)

    def conditions(
        self, when: Sequence[Condition], subject: Subject, file: DataFile, at: KeyPath
    ) -> None:
        for index, condition in enumerate(when):
            place = (*at, index)
            bounds = [condition.at_least, condition.more_than, condition.at_most,
                      condition.less_than]  # fmt: skip
            given = sum(bound is not None for bound in bounds)
            words = condition.any_of or condition.none_of
            if (condition.quantity is None) == (condition.attribute is None):
                text = "a condition tests either a quantity or an attribute"
                self.reader.problem(file, place, text)
            elif condition.quantity is not None and (given != 1 or words):
                text = (
                    f"{condition.quantity}: give exactly one of at_least, more_than, at_most, "
                    "less_than"
                )
                self.reader.problem(file, place, text)
            elif condition.attribute is not None and (
                given or bool(condition.any_of) == bool(condition.none_of)
            ):
                text = f"{condition.attribute}: give exactly one of any_of, none_of"
                self.reader.problem(file, place, text)
            name = str(condition.quantity or condition.attribute)
            self._known_fact(name, subject, file, place)
            if condition.attribute is not None:
                for word in words:
                    self._known_word(condition.attribute, word, file, place)

    def facts(
        self, given: Mapping[str, str | float], subject: Subject, file: DataFile, at: KeyPath
    ) -> None:
        for name, value in given.items():
            self._known_fact(name, subject, file, (*at, name))
            if name in set(Attribute):
                self._known_word(Attribute(name), str(value), file, (*at, name))
            elif name in set(Quantity) and isinstance(value, str):
                self.reader.problem(file, (*at, name), f"{name}: {value!r} is not a number")

    def _known_fact(self, name: str, subject: Subject, file: DataFile, at: KeyPath) -> None:
        known = SUBJECT_FACTS[subject]
        if name not in known:
            text = f"{subject} has no {name}{suggestion(name, known)}"
            self.reader.problem(file, at, text)

    def _known_word(self, attribute: Attribute, word: str, file: DataFile, at: KeyPath) -> None:
        known = ATTRIBUTE_VALUES[attribute]
        if attribute is Attribute.ZONE:
            known = frozenset(self.zone_ids)
        elif attribute is Attribute.SPECIES:
            known = frozenset(self.species_ids)
        elif attribute is Attribute.SPECIES_GROUP:
            known = frozenset(self.groups)
        elif attribute is Attribute.MOVEMENT:
            known = frozenset(self.movements)
        elif attribute is Attribute.STATE:
            known = frozenset(self.states)
        if known is not None and word not in known:
            listed = ", ".join(sorted(known))
            text = f"{attribute}: {word!r} is not one of {listed}{suggestion(word, known)}"
            self.reader.problem(file, at, text)

    def measures(self, measures: Sequence[Measure], file: DataFile) -> None:
        for index, measure in enumerate(measures):
            at: KeyPath = ("measures", index)
            self.sources(measure.references, file, (*at, "references"))
            self.sources(measure.clauses, file, (*at, "clauses"))
            for number, indicator in enumerate(measure.indicators):
                self.sources(indicator.sources, file, (*at, "indicators", number, "sources"))
            known = self.groups | {"all"}
            for place, group in enumerate(measure.species_groups):
                if group not in known:
                    listed = ", ".join(sorted(known))
                    hint = suggestion(group, known)
                    text = f"species_groups: {group!r} is not one of {listed}{hint}"
                    self.reader.problem(file, (*at, "species_groups", place), text)
            for place, id_ in enumerate(measure.species):
                self._known_word(Attribute.SPECIES, id_, file, (*at, "species", place))
            for number, spec in enumerate(measure.numbers):
                where = (*at, "numbers", number)
                self.sources(spec.references, file, (*where, "references"))
                self.backed(spec.verified, spec.references, file, where)

    def species(self, species: Species, file: DataFile) -> None:
        self.sources(species.iucn.references, file, ("iucn", "references"))
        self.backed(species.iucn.verified, species.iucn.references, file, ("iucn",))
        self.sources(species.population.references, file, ("population", "references"))
        self.backed(species.population.verified, species.population.references, file,
                    ("population",))  # fmt: skip
        self.sources(species.range_states_references, file, ("range_states_references",))
        self.sources(species.movement.references, file, ("movement", "references"))
        self._seasons(species.seasons, file)
        self._responses(species.barrier_responses, file)

    def note(self, note: SpeciesNote, file: DataFile) -> None:
        if note.species not in self.species_ids:
            hint = suggestion(note.species, self.species_ids)
            text = f"species: there is no species {note.species}{hint}"
            self.reader.problem(file, ("species",), text)
        self._seasons(note.seasons, file)
        self._responses(note.barrier_responses, file)

    def packs(self, packs: Sequence[PackFiles]) -> None:
        for files in packs:
            self.sources([files.pack.reference], files.head, ("reference",))
        for file, at, what in policy_packs.problems(packs):
            self.reader.problem(file, at, what)

    def _seasons(self, seasons: Sequence[Season], file: DataFile) -> None:
        for index, season in enumerate(seasons):
            place: KeyPath = ("seasons", index)
            self.sources(season.references, file, (*place, "references"))
            self.backed(season.verified, season.references, file, place)
            if season.event not in self.event_ids:
                hint = suggestion(season.event, self.event_ids)
                text = f"event: {season.event} is not in calendar.yaml{hint}"
                self.reader.problem(file, (*place, "event"), text)
            if any(not re.fullmatch("[A-Z]{3}", iso3) for iso3 in season.states):
                text = "states: write the three letters of ISO 3166, such as KAZ"
                self.reader.problem(file, (*place, "states"), text)
            if any(not 1 <= month <= 12 for month in season.months):
                self.reader.problem(file, (*place, "months"), "months: run from 1 to 12")

    def _responses(self, responses: Sequence[BarrierResponse], file: DataFile) -> None:
        for index, response in enumerate(responses):
            place: KeyPath = ("barrier_responses", index)
            self.sources(response.references, file, (*place, "references"))
            self.backed(response.verified, response.references, file, place)

    def backed(self, verified: bool, ids: Sequence[str], file: DataFile, at: KeyPath) -> None:
        """What is marked verified must rest on a reference that was read first-hand."""
        known = [self.references[id_] for id_ in ids if id_ in self.references]
        if verified and not any(reference.backs_numbers for reference in known):
            text = f"verified: none of {', '.join(ids)} was read first-hand; set verified: false"
            self.reader.problem(file, (*at, "verified"), text)

    def table(self, table: Table, file: DataFile, words: list[str]) -> None:
        for index, row in enumerate(table.rows):
            at: KeyPath = ("rows", index)
            self.conditions(row.when, table.subject, file, (*at, "when"))
            self.sources(row.sources, file, (*at, "sources"))
            if row.level not in words:
                hint = suggestion(row.level, words)
                text = f"level: {row.level!r} is not one of {', '.join(words)}{hint}"
                self.reader.problem(file, (*at, "level"), text)
        if not table.rows or table.rows[-1].when:
            text = "rows: the last row must have no condition, so that every case has a level"
            self.reader.problem(file, ("rows",), text)

    def matrix(self, cells: Sequence[MatrixCell], file: DataFile) -> None:
        given = [(cell.sensitivity, cell.magnitude) for cell in cells]
        for pair in product(Sensitivity, Magnitude):
            if given.count(pair) != 1:
                text = f"matrix: {pair[0]} x {pair[1]} stands {given.count(pair)} times, not once"
                self.reader.problem(file, ("matrix",), text)

    def minimums(self, rows: Sequence[CrossingMinimum], file: DataFile) -> None:
        for index, row in enumerate(rows):
            at: KeyPath = ("crossing_minimums", index)
            self.sources(row.sources, file, (*at, "sources"))
            self.backed(True, row.sources, file, at)
            for species in row.species:
                self._known_word(Attribute.SPECIES, species, file, (*at, "species"))

    def spacing(self, spacing: LineSpacing, file: DataFile) -> None:
        self.sources(spacing.sources, file, ("sources",))
        self.backed(True, spacing.sources, file, ())
        if not 0 < spacing.least_m <= spacing.preferred_m:
            text = "preferred_m: must not be below least_m, and both above 0"
            self.reader.problem(file, ("preferred_m",), text)

    def zones(self, zones: Sequence[ZoneSpec], file: DataFile) -> None:
        for index, zone in enumerate(zones):
            self.sources(zone.sources, file, ("zones", index, "sources"))
        widths = [zone.width_m for zone in zones]
        if not widths or widths != sorted(widths) or widths[0] < 0:
            text = "zones: must be in order of width, none below 0"
            self.reader.problem(file, ("zones",), text)
