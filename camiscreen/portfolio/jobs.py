"""One project of a batch through the conveyor: a specification in, a row and report files out.

This module's one job. Whatever goes wrong with a project ends in its row: what the user can cause
with exit code 2, anything else with 1. What all projects share is opened once per process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from camiscreen import exit_codes, one_project, screening
from camiscreen.errors import CamiscreenError
from camiscreen.i18n import Translator
from camiscreen.judging import frameworks
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Acceptance, Rulebook
from camiscreen.portfolio import results
from camiscreen.portfolio.results import Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.reading.geojson import VectorLayer
from camiscreen.redaction import redacted
from camiscreen.report import outputs
from camiscreen.report.ci import results as ci
from camiscreen.report.style import PLAIN, ReportStyle
from camiscreen.rulebook import rulebook
from camiscreen.values import dataclass
from camiscreen.vocabulary import Format, Significance

REPORTS = "projects"
"""Folder of the per-project reports, within that of the batch."""

OF_ALL = frozenset({Format.JUNIT, Format.SARIF, Format.GITLAB, Format.GITHUB})
"""Formats of build servers, which read one document of a run: over all projects, not of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of every project alike; small, and the same in every process.

    ``generated_on`` is the date of the reports, YYYY-MM-DD; ``fail_on`` None means never;
    ``acceptances`` are those of every project; ``redact`` coarsens sensitive
    places; ``style`` is how the reports look and for whom.
    """

    language: str
    formats: tuple[Format, ...]
    framework_ids: tuple[str, ...]
    fail_on: Significance | None
    generated_on: str
    acceptances: tuple[Acceptance, ...] = ()
    redact: bool = False
    style: ReportStyle = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """What every project is screened with, opened once: order, rules and layers."""

    order: Order
    rulebook: Rulebook
    layers: Sequence[tuple[Layer, Store]]
    translator: Translator


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """A finished project: its result, and its report files by name below the batch's folder."""

    spec: ProjectSpec
    result: Result
    files: Mapping[str, bytes]


def open_bench(
    order: Order, rule_dirs: Sequence[Path], layer_dirs: Sequence[Path], cache: Path
) -> Bench:
    """Read rules and layers. Raises DataFileError or LayerError where they cannot be used."""
    book = rulebook.load(rule_dirs, cache)
    frameworks.check_known(order.framework_ids, book)
    layers = screening.open_layers(catalogue.read_catalogue(layer_dirs, cache), cache)
    return Bench(order=order, rulebook=book, layers=layers, translator=Translator(order.language))


def run(spec: ProjectSpec, bench: Bench, read: VectorLayer | None = None) -> Outcome:
    """Screen one project and draw its reports; never raises for what a project can cause.

    ``read`` is the layer of a project that is a feature, where that was read elsewhere.
    """
    try:
        return _screened(spec, bench, read)
    except CamiscreenError as error:
        return _failed(spec, bench, "; ".join(str(error).splitlines()), exit_codes.USER)
    except Exception as error:
        reason = f"internal error ({type(error).__name__}: {error}); please report it with the file"
        return _failed(spec, bench, reason, exit_codes.BUG)


def _failed(spec: ProjectSpec, bench: Bench, reason: str, code: int) -> Outcome:
    on = bench.order.generated_on
    return Outcome(
        spec=spec, result=results.failed(spec, reason, code=code, generated_on=on), files={}
    )


def _screened(spec: ProjectSpec, bench: Bench, read: VectorLayer | None) -> Outcome:
    order = bench.order
    if spec.problem is not None:
        raise CamiscreenError(spec.problem)
    said = spec.said
    design_path = None if said.design is None else Path(said.design)
    project = one_project.project_of(
        spec.file,
        kind=said.kind,
        design=one_project.design_of(
            design_path, fenced=said.fenced, buried=said.buried, works=said.works
        ),
        design_path=design_path,
        layers=spec.layers,
        feature=spec.feature,
        name=spec.name,
        shown=spec.shown,
        read=read,
    )
    if spec.source_sha256 not in (None, project.source.sha256):
        raise CamiscreenError(f"{spec.shown}: changed while the batch ran; run it again")
    judged = screening.screen(
        project,
        bench.layers,
        bench.rulebook,
        generated_on=order.generated_on,
        acceptances=order.acceptances,
        framework_ids=order.framework_ids,
    )
    if order.redact:
        judged = redacted(judged)
    formats = [name for name in order.formats if name not in OF_ALL]
    files = {
        f"{REPORTS}/{spec.stem}.{ending}": data
        for _, draw in outputs.draw(
            judged, bench.translator, formats, fail_on=order.fail_on, style=order.style
        )
        for ending, data in draw().items()
    }
    result = results.of_screening(spec, judged, fail_on=order.fail_on, files=sorted(files))
    if OF_ALL & set(order.formats):
        told = ci.project_of(judged, bench.translator, fail_on=order.fail_on, id_=spec.id)
        result = replace(result, ci=told)
    return Outcome(spec=spec, result=result, files=files)
