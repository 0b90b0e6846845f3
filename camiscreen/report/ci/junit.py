"""JUnit XML, as Jenkins, GitLab and Azure read it: a suite a project, a test case a result.

A finding that counts for ``--fail-on`` is a failure of its level as type (any open finding where no
level was asked for); one below it, an accepted one and what is not assessed are skipped, never
passed; what the verdict needs and could not be assessed, and a project without a screening, are
errors. The one case that passes says that the screening was carried out.
"""

import xml.etree.ElementTree as ET

from camiscreen.report.ci.results import CiFailure, CiProject, CiResult, CiRun, ResultKind
from camiscreen.report.text import clean


def render_junit(run: CiRun) -> bytes:
    """One UTF-8 XML file over all projects."""
    root = ET.Element("testsuites", name="camiscreen")
    for project in run.projects:
        root.append(_suite(project, run))
    for failure in run.failures:
        root.append(_failed(failure, run))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(project: CiProject, run: CiRun) -> ET.Element:
    suite = _empty_suite(project.name or project.file, run)
    properties = ET.SubElement(suite, "properties")
    info = run.run
    for name, value in (
        ("file", project.file),
        ("sha256", project.sha256),
        ("verdict", project.verdict),
        ("tool_version", info.tool_version),
        ("rulebook_version", info.rulebook_version),
        ("rulebook_sha256", info.rulebook_sha256),
    ):
        ET.SubElement(properties, "property", name=name, value=clean(value))
    # Jenkins takes what stands before the last dot for a package.
    group = clean(project.name or project.file).replace(".", " ")
    screened = ET.SubElement(suite, "testcase", classname=group, name=run.words.screened)
    ET.SubElement(screened, "system-out").text = project.headline
    for result in project.results:
        case = ET.SubElement(suite, "testcase", classname=group, name=clean(result.id))
        _outcome(case, result, run)
    for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    return suite


def _empty_suite(name: str, run: CiRun) -> ET.Element:
    stamp = f"{run.run.generated_on}T00:00:00"
    return ET.Element(
        "testsuite", name=clean(name), tests="0", failures="0", errors="0", skipped="0",
        timestamp=stamp,
    )  # fmt: skip


def _outcome(case: ET.Element, result: CiResult, run: CiRun) -> None:
    """Exactly one of failure, error and skipped, with its level as type."""
    message = result.title
    if result.kind is ResultKind.FINDING and result.level is not None:
        tag, type_ = ("failure", str(result.level)) if result.fails else ("skipped", "")
        if result.accepted is not None:
            message = f"{run.words.accepted}: {result.title}"
        elif not result.fails:
            message = f"{run.words.below}: {result.title}"
    else:
        tag, type_ = ("error", str(result.kind)) if result.required else ("skipped", "")
    outcome = ET.SubElement(case, tag, message=message, type=type_ or _skipped_as(result))
    outcome.text = result.message


def _skipped_as(result: CiResult) -> str:
    return "accepted" if result.accepted else str(result.level or result.kind)


def _failed(failure: CiFailure, run: CiRun) -> ET.Element:
    suite = _empty_suite(failure.name or failure.file, run)
    group = clean(failure.name or failure.file).replace(".", " ")
    case = ET.SubElement(suite, "testcase", classname=group, name=run.words.screened)
    error = ET.SubElement(case, "error", type="failed", message=run.words.failed)
    error.text = clean(failure.reason)
    suite.set("tests", "1")
    suite.set("errors", "1")
    return suite
