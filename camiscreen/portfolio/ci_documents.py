"""One document for a build server over all projects of a batch, in each format asked for.

This module's one job. Projects are in the order of ids, so that the same results give the same
bytes; one without a verdict is an error in every format.
"""

from camiscreen import __version__
from camiscreen.i18n import Translator
from camiscreen.model import RunInfo
from camiscreen.portfolio.summary import Batch
from camiscreen.report.ci.github import render_github
from camiscreen.report.ci.gitlab import render_gitlab
from camiscreen.report.ci.junit import render_junit
from camiscreen.report.ci.results import CiFailure, CiRun, run_of
from camiscreen.report.ci.sarif import render_sarif
from camiscreen.vocabulary import Format

_RENDERED = {
    Format.JUNIT: ("portfolio.junit.xml", render_junit),
    Format.SARIF: ("portfolio.sarif", render_sarif),
    Format.GITLAB: ("portfolio.gitlab.json", render_gitlab),
}


def documents(batch: Batch, tr: Translator) -> tuple[dict[str, bytes], str]:
    """Files by name, and what is printed for GitHub; both empty where no format asks for them."""
    formats = batch.order.formats
    if not (Format.GITHUB in formats or _RENDERED.keys() & set(formats)):
        return {}, ""
    run = _run(batch, tr)
    files = {
        name: render(run) for format_, (name, render) in _RENDERED.items() if format_ in formats
    }
    return files, render_github(run) if Format.GITHUB in formats else ""


def _run(batch: Batch, tr: Translator) -> CiRun:
    info = RunInfo(
        tool_version=__version__,
        generated_on=batch.generated_on,
        rulebook_version=batch.rulebook.version,
        rulebook_sha256=batch.rulebook.sha256,
        layers=tuple(layer.spec for layer in batch.layers),
    )
    return run_of(
        [result.ci for result in batch.results if result.ci is not None],
        info,
        batch.rulebook,
        tr,
        fail_on=batch.order.fail_on,
        failures=[
            CiFailure(file=row.source, name=row.id, reason=row.reason or "")
            for row in batch.rows
            if row.verdict is None
        ],
    )
