"""The README shows what the program does: its commands exist and its output is the real one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_terminal_shown_is_what_the_command_prints(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    done = subprocess.run(
        [sys.executable, "-m", "camiscreen", "check", "examples/trans-mongolian-railway.geojson",
         "--out", "reports", "--date", "2026-11-22"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=True,
        env={**os.environ, "COLUMNS": "96", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    shown = re.search(r"```text\n(.*?)\n```", README, re.DOTALL)
    assert shown is not None
    first, last = shown[1].strip().split("\n[...]\n")
    printed = printed.replace("\\", "/").strip()
    assert printed.startswith(first)
    assert printed.endswith(last)


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_exit_codes_are_those_of_the_program() -> None:
    from camiscreen import exit_codes

    table = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert table == {
        exit_codes.OK, exit_codes.BUG, exit_codes.USER, exit_codes.NOT_ASSESSED,
        exit_codes.FINDINGS,
    }  # fmt: skip
