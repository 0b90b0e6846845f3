"""The worked example of docs/authoring.md as files."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")

_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)\n```", re.DOTALL)
_WRONG = re.compile(r"<!-- wrong: (.+?) -> (.+?) -->\n```text\n(.*?)\n```", re.DOTALL)


def write_example(folder: Path) -> None:
    """Save every block under the name above it."""
    for name, content in _FILE.findall(TEXT):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n", encoding="utf-8", newline="\n")


def printed(name: str) -> str:
    """What the page says that a command prints."""
    found = re.search(rf"<!-- prints: {name} -->\n```text\n(.*?)\n```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def mistakes() -> list[tuple[str, str, str]]:
    """What the page replaces by what, and the error that it shows."""
    return _WRONG.findall(TEXT)
