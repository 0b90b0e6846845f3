"""The wheel, built and installed away from the checkout, does the main job."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.wheel
def test_the_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    source = tmp_path / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.split(b"\0")
    for name in (raw.decode() for raw in tracked if raw):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(source)], check=True)
    shutil.rmtree(source)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 15_000_000
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    scripts = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([str(scripts / "pip"), "install", "-q", str(wheel)], check=True)
    route = Path(shutil.copy(ROOT / "examples" / "trans-mongolian-railway.geojson", tmp_path))
    done = subprocess.run(
        [str(scripts / "camiscreen"), "check", str(route), "--date", "2026-11-22"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(route.with_suffix(".json").read_text(encoding="utf-8"))
    assert report["verdict"] == "major"
    assert route.with_suffix(".pdf").stat().st_size > 20_000
    assert route.with_suffix(".html").stat().st_size > 20_000
