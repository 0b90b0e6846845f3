"""SARIF 2.1.0: one run over all projects, every result with its own level.

A finding is of kind ``fail`` with level error, warning or note; an accepted one carries its
suppression with the justification. What is not assessed is of kind ``open``, which the standard
defines as too little information to decide, and so has level none; where the verdict needs it, a
notification of the invocation says so too. Places are the project file and the chainage.
"""

import json
from urllib.parse import quote

from camiscreen.report.ci.results import CiProject, CiResult, CiRule, CiRun, ResultKind
from camiscreen.report.text import clean
from camiscreen.vocabulary import Significance

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Significance.MAJOR: "error",
    Significance.MODERATE: "warning",
    Significance.MINOR: "note",
    Significance.NEGLIGIBLE: "note",
}
_LANGUAGES = {"en": "en-US", "ru": "ru-RU"}


def render_sarif(run: CiRun) -> bytes:
    """One UTF-8 JSON file over all projects."""
    index = {rule.id: number for number, rule in enumerate(run.rules)}
    driver = {
        "name": "camiscreen",
        "version": run.run.tool_version,
        "language": _LANGUAGES[run.language],
        "rules": [_rule(rule) for rule in run.rules],
        "properties": {
            "rulebook_version": run.run.rulebook_version,
            "rulebook_sha256": run.run.rulebook_sha256,
        },
    }
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "camiscreen/"},
                "language": _LANGUAGES[run.language],
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(run)],
                "artifacts": [
                    {
                        "location": _artifact(project.file),
                        "hashes": {"sha-256": project.sha256},
                        "roles": ["analysisTarget"],
                        "properties": {
                            "project": project.name,
                            "kind": project.kind,
                            "verdict": project.verdict,
                            "headline": project.headline,
                        },
                    }
                    for project in run.projects
                ],
                "results": [
                    _result(result, project, index)
                    for project in run.projects
                    for result in project.results
                ],
            }
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _rule(rule: CiRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.name},
        "help": {"text": rule.help_text, "markdown": rule.help_markdown},
    }


def _invocation(run: CiRun) -> dict[str, object]:
    """Whether all projects were screened, and what no verdict is complete without."""
    failed = [
        {
            "level": "error",
            "message": {"text": f"{failure.file}: {clean(failure.reason)}"},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(failure.file)}}],
        }
        for failure in run.failures
    ]
    missing = [
        {
            "level": "warning",
            "message": {"text": f"{project.name}: {result.title}. {result.message}"},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(result.file)}}],
        }
        for project in run.projects
        for result in project.results
        if result.required
    ]
    made: dict[str, object] = {"executionSuccessful": not run.failures}
    if failed or missing:
        made["toolExecutionNotifications"] = [*failed, *missing]
    return made


def _result(result: CiResult, project: CiProject, index: dict[str, int]) -> dict[str, object]:
    kind, level = _kind_and_level(result)
    made: dict[str, object] = {
        "ruleId": result.rule_id,
        "ruleIndex": index[result.rule_id],
        "kind": kind,
        "level": level,
        "message": {"text": f"{result.title}. {result.message}"},
        "locations": [_location(result, project)],
        "partialFingerprints": {"camiscreenResult/v1": result.fingerprint},
        "properties": {
            "id": result.id,
            "kind": str(result.kind),
            "significance": None if result.level is None else str(result.level),
            "required": result.required,
            "kp_ranges_m": [[round(end, 1) for end in pair] for pair in result.kp_ranges],
        },
    }
    if result.accepted is not None:
        made["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": result.terms,
                "properties": {
                    "by": clean(result.accepted.by),
                    "until": clean(result.accepted.until),
                    "place": clean(result.accepted.place),
                },
            }
        ]
    return made


def _kind_and_level(result: CiResult) -> tuple[str, str]:
    if result.kind is ResultKind.NOT_ASSESSED:
        return "open", "none"
    if result.level is None:
        return "fail", "warning"
    return "fail", _LEVELS[result.level]


def _location(result: CiResult, project: CiProject) -> dict[str, object]:
    """The file, and the chainage as a logical place in it. Code scanning asks for a line."""
    place: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": _artifact(result.file),
            "region": {"startLine": result.line, "startColumn": result.column},
        },
    }
    logical = {
        "name": result.where or project.name,
        "fullyQualifiedName": f"{project.name}/{result.where}" if result.where else project.name,
        "kind": "chainage" if result.where else "project",
    }
    return {**place, "logicalLocations": [logical]}


def _artifact(file: str) -> dict[str, object]:
    """A file as a URI: relative as it was given, or absolute."""
    absolute = file.startswith("/") or file[1:3] == ":/"
    uri = quote(file, safe="/:" if absolute else "/")
    return {"uri": f"file:///{uri.lstrip('/')}" if absolute else uri}
