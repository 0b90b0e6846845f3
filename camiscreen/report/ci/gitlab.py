"""GitLab Code Quality: a JSON list with a severity and a fingerprint for each result.

GitLab knows no suppressions and no open results: an accepted finding, and what is not assessed, are
written at ``info`` with the word in front, so that nothing is hidden; what the verdict needs is
``major``. Its scale has other words: our moderate is its major, our major its critical.
"""

import hashlib
import json

from camiscreen.report.ci.results import CiFailure, CiResult, CiRun, ResultKind
from camiscreen.report.text import clean
from camiscreen.vocabulary import Significance

_SEVERITIES = {
    Significance.NEGLIGIBLE: "info",
    Significance.MINOR: "minor",
    Significance.MODERATE: "major",
    Significance.MAJOR: "critical",
}


def render_gitlab(run: CiRun) -> bytes:
    """One UTF-8 JSON file over all projects."""
    issues = [_issue(result, run) for project in run.projects for result in project.results]
    issues += [_failed(failure, run) for failure in run.failures]
    return (json.dumps(issues, ensure_ascii=False, indent=2) + "\n").encode()


def _issue(result: CiResult, run: CiRun) -> dict[str, object]:
    title = f"{run.words.accepted}: {result.title}" if result.accepted else result.title
    return {
        "description": f"{title}. {result.message}",
        "check_name": result.rule_id,
        "fingerprint": result.fingerprint,
        "severity": _severity(result),
        "location": {"path": result.file, "lines": {"begin": result.line}},
    }


def _severity(result: CiResult) -> str:
    if result.accepted is not None:
        return "info"
    if result.level is not None:
        return _SEVERITIES[result.level]
    return "major" if result.required else "minor" if _is_acceptance(result) else "info"


def _is_acceptance(result: CiResult) -> bool:
    return result.kind is ResultKind.ACCEPTANCE


def _failed(failure: CiFailure, run: CiRun) -> dict[str, object]:
    # Several projects of one file may fail.
    named = ["failed", failure.file, *filter(None, [failure.name])]
    return {
        "description": f"{run.words.failed}: {clean(failure.reason)}",
        "check_name": "failed",
        "fingerprint": hashlib.sha256("\0".join(named).encode()).hexdigest(),
        "severity": "blocker",
        "location": {"path": failure.file, "lines": {"begin": 1}},
    }
