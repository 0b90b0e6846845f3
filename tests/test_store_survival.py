"""Stores under what happens to files: killed writers, full disks, two writers, damage, tampering.

Whatever happened, a store that opens gives what was written, or says that it is damaged.
"""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.errors import LayerError
from camiscreen.layers import catalogue, store, store_writer
from camiscreen.layers.catalogue import Layer
from camiscreen.model import Receptor, Text

EVERYWHERE = np.array([[-180.0, -90.0, 180.0, 90.0]])
ROOT = Path(__file__).resolve().parent.parent

WRITER = """
import sys, numpy, shapely
from pathlib import Path
from camiscreen.layers import store, store_writer
from tests.test_store_survival import content
print("begun", flush=True)
store_writer.compile_store(Path(sys.argv[1]), content(int(sys.argv[2])))
"""


def content(count: int) -> list[tuple[Receptor, shapely.Polygon]]:
    """Ragged polygons with several tiles each."""
    rng = np.random.default_rng(7)
    found = []
    for number in range(count):
        angle = np.linspace(0, 2 * np.pi, 300, endpoint=False)
        radius = rng.uniform(0.6, 1, 300)
        middle = rng.uniform([50, 30], [110, 55])
        xy = middle + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        name = Text(en=f"n{number}", ru=f"н{number}")
        found.append((Receptor(id=f"r{number}", name=name, attributes={}), shapely.Polygon(xy)))
    return found


def everything(opened: store.Store) -> tuple[object, ...]:
    """All that a store can be asked for."""
    tiles, owners = opened.within(EVERYWHERE)
    wholes = [opened.whole(number).wkb for number in range(len(opened.receptors))]
    return [tile.wkb for tile in tiles], owners.tolist(), list(opened.receptors), wholes


def child(code: str, *args: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", code, *args], env=env, text=True, cwd=ROOT,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("after_s", [0.0, 0.15, 0.4])
def test_a_writer_that_is_killed_leaves_no_store(tmp_path: Path, after_s: float) -> None:
    folder = tmp_path / "s"
    process = child(WRITER, str(folder), "4000")
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert store.open_store(folder) is None
    store_writer.compile_store(folder, content(3))
    opened = store.open_store(folder)
    assert opened is not None and len(opened.receptors) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files")
@pytest.mark.parametrize("limit", [2_000, 60_000, 150_000, 400_000])
def test_a_full_disk_is_an_error_and_leaves_no_store(tmp_path: Path, limit: int) -> None:
    """A file that may not grow fails as a file on a full disk does, with OSError."""
    code = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    {"; ".join(line for line in WRITER.strip().splitlines() if "compile_" not in line)}
    store_writer.compile_store(Path(sys.argv[1]), content(int(sys.argv[2])))
except OSError as error:
    print("OSError", error.strerror)
"""
    folder = tmp_path / "s"
    out, err = child(code, str(folder), "100").communicate()
    assert out.splitlines()[-1] == "OSError File too large", err
    assert store.open_store(folder) is None
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_to_the_user(
    tmp_path: Path, opened: list[tuple[Layer, store.Store]]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    layer = next(item for item, _ in opened if item.spec.name == "species_sites")
    (tmp_path / "layers").symlink_to("/dev/full")
    with pytest.raises(LayerError, match="CAMISCREEN_CACHE_DIR"):
        catalogue.open_layer(layer, tmp_path)


def written(folder: Path) -> str:
    store_writer.compile_store(folder, content(60))
    return "done"


def test_two_writers_at_once_leave_one_sound_store(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3) as pool:
        assert list(pool.map(written, [tmp_path / "s"] * 6)) == ["done"] * 6
    opened = store.open_store(tmp_path / "s")
    assert opened is not None
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    store_writer.compile_store(tmp_path / "alone", content(60))
    alone = store.open_store(tmp_path / "alone")
    assert alone is not None
    assert everything(opened) == everything(alone)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("sound") / "s"
    store_writer.compile_store(folder, content(40))
    opened = store.open_store(folder)
    assert opened is not None
    return folder, everything(opened)


FILES = ["index.npy", "blocks.npy", "places.npy", "tiles.wkb", "receptors.jsonl", "wholes.wkb"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.floats(0, 1, exclude_max=True), st.integers(1, 255),
       st.booleans())  # fmt: skip
def test_no_changed_byte_is_ever_taken_for_what_was_written(
    sound: tuple[Path, tuple[object, ...]], name: str, where: float, change: int, cut: bool
) -> None:
    """Not even where nothing is hashed on opening, as with stores of gigabytes."""
    folder, expected = sound
    path = folder / name
    data = path.read_bytes()
    at = int(where * len(data))
    path.write_bytes(data[:at] if cut else data[:at] + bytes([data[at] ^ change]) + data[at + 1 :])
    try:
        opened = store.open_store(folder, hashed_bytes=0)
        if opened is not None:
            assert everything(opened) == expected
    except LayerError as error:
        assert "is damaged" in str(error)
    finally:
        path.write_bytes(data)
    assert store.damaged_files(folder) == []


@pytest.mark.parametrize("head", [b",(, }", b",), )", b'"""  }'])
def test_a_head_that_is_no_python_is_a_store_that_is_not_there(
    sound: tuple[Path, tuple[object, ...]], head: bytes
) -> None:
    folder, _ = sound
    path = folder / "index.npy"
    data = path.read_bytes()
    assert data.count(b",), }") == 1
    path.write_bytes(data.replace(b",), }", head))
    try:
        assert store.open_store(folder, hashed_bytes=0) is None
    finally:
        path.write_bytes(data)


def test_a_store_whose_files_are_of_another_is_refused(
    sound: tuple[Path, tuple[object, ...]], tmp_path: Path
) -> None:
    """Sound files of the same sizes, but not those of this store."""
    folder, _ = sound
    other = tmp_path / "s"
    east = np.array([0.5, 0.0])
    moved = [(item, shapely.transform(shape, lambda xy: xy + east)) for item, shape in content(40)]
    store_writer.compile_store(other, moved)
    for name in ("tiles.wkb", "index.npy"):
        if (other / name).stat().st_size == (folder / name).stat().st_size:
            (other / name).write_bytes((folder / name).read_bytes())
    opened = store.open_store(other, hashed_bytes=0)
    assert opened is not None
    with pytest.raises(LayerError, match="is damaged"):
        opened.within(EVERYWHERE)
