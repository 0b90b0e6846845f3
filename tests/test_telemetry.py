"""Tracks to corridors: the method against known cases, the filter, and what is kept of tracks."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen import paths
from camiscreen.geometry.geodesy import LocalFrame
from camiscreen.layers import telemetry
from camiscreen.layers.telemetry import Grid, Track
from tests import layer_files as lf
from tests.test_layers_add import Opened, add, added, refused

HOUR_S = 3600.0


def track(lonlat: object, step_s: float = 3 * HOUR_S) -> Track:
    xy = np.array(lonlat, dtype=float)
    return Track(time_s=step_s * np.arange(len(xy)), month=np.full(len(xy), 4), lonlat=xy)


def brownian(seed: int, fixes: int, variance_m2_s: float, error_m: float = 0.0) -> Track:
    """A walk of a known motion variance around 67 E, 48 N."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, np.sqrt(variance_m2_s * 3 * HOUR_S), (fixes, 2))
    metres = steps.cumsum(axis=0) + rng.normal(0, max(error_m, 1e-9), (fixes, 2))
    return track(LocalFrame(67, 48).inverse(metres))


# ----------------------------------------------------------------------------------------------
# The method
# ----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.floats(-179, 179), st.floats(-80, 80), st.integers(0, 1_000))
def test_a_frame_goes_there_and_back(lon: float, lat: float, seed: int) -> None:
    frame = LocalFrame(lon, lat)
    metres = np.random.default_rng(seed).uniform(-300_000, 300_000, (20, 2))
    assert frame.forward(frame.inverse(metres)) == pytest.approx(metres, abs=1e-4)


@pytest.mark.parametrize("variance", [0.5, 50.0, 800.0])
def test_the_motion_variance_of_a_known_walk_is_found(variance: float) -> None:
    walk = brownian(1, 4_000, variance, error_m=30)
    found = telemetry.motion_variance_m2_s(walk, LocalFrame(67, 48), 30, 24 * HOUR_S)
    assert found == pytest.approx(variance, rel=0.1)


def test_a_utilisation_is_a_share_of_time() -> None:
    walk = brownian(2, 200, 200.0)
    grid = telemetry.grid_around([walk], 1_000)
    density = telemetry.utilisation(walk, grid, 30, 24 * HOUR_S)
    assert density.sum() == pytest.approx(1)
    assert (density >= 0).all()


def test_isopleths_hold_their_share_and_lie_in_each_other() -> None:
    walk = brownian(3, 300, 100.0)
    grid = telemetry.grid_around([walk], 1_000)
    density = telemetry.utilisation(walk, grid, 30, 24 * HOUR_S)
    half, most = (telemetry.isopleth(density, grid, percent) for percent in (50, 95))
    assert most.intersection(half).area == pytest.approx(half.area, rel=1e-9)
    inside = shapely.contains_xy(most, walk.lonlat)
    assert 0.85 < inside.mean() <= 1.0


def test_the_isopleth_of_a_known_density_is_its_circle() -> None:
    """A round normal density: 95 % lie within 2.4477 standard deviations."""
    frame, sigma = LocalFrame(67, 48), 20_000.0
    grid = Grid(frame=frame, west_m=-100_000, south_m=-100_000, cell_m=1_000, rows=200,
                columns=200)  # fmt: skip
    middle = -100_000 + 1_000 * (np.arange(200) + 0.5)
    density = np.exp(-0.5 * (middle[:, None] ** 2 + middle**2) / sigma**2)
    shape = telemetry.isopleth(density / density.sum(), grid, 95)
    metres = frame.forward(shapely.get_coordinates(shape))
    assert np.hypot(*metres.T).mean() == pytest.approx(2.4477 * sigma, rel=0.01)


def test_outliers_go_and_fast_but_true_stretches_stay() -> None:
    lonlat = np.column_stack([np.linspace(67, 68, 50), np.full(50, 48.0)])
    spoiled = lonlat.copy()
    spoiled[20] = (75, 40)
    spoiled[0] = (10, 10)
    spoiled[-1] = (90, 50)
    clean = telemetry.without_outliers(track(spoiled), 15)
    assert len(clean) == 47
    assert np.array_equal(clean.lonlat, np.delete(lonlat, [0, 20, 49], axis=0))
    doubled = Track(
        time_s=np.repeat(track(lonlat).time_s, 2), month=np.full(100, 4),
        lonlat=np.repeat(lonlat, 2, axis=0),
    )  # fmt: skip
    assert len(telemetry.without_outliers(doubled, 15)) == 50


def test_no_bridge_is_laid_over_a_long_gap() -> None:
    """Two camps 100 km apart with a week between: nothing is drawn in the middle."""
    rng = np.random.default_rng(5)
    camps = np.vstack([rng.normal((67, 48), 0.01, (60, 2)), rng.normal((68.5, 48), 0.01, (60, 2))])
    whole = track(camps)
    time_s = whole.time_s + np.where(np.arange(120) >= 60, 7 * 24 * HOUR_S, 0)
    parted = Track(time_s=time_s, month=whole.month, lonlat=camps)
    grid = telemetry.grid_around([parted], 1_000)
    density = telemetry.utilisation(parted, grid, 30, 24 * HOUR_S)
    shape = telemetry.isopleth(density, grid, 95)
    assert not shape.intersects(shapely.box(67.4, 47, 68.1, 49))
    joined = telemetry.utilisation(whole, grid, 30, 24 * HOUR_S)
    assert telemetry.isopleth(joined, grid, 100).intersects(shapely.box(67.4, 47, 68.1, 49))


# ----------------------------------------------------------------------------------------------
# Movebank files
# ----------------------------------------------------------------------------------------------


def test_tracks_become_isopleths_by_season(tmp_path: Path) -> None:
    rows = lf.walkers(4, 25) + lf.walkers(2, 25, seed=9, month=8)
    layer = added(lf.movebank(tmp_path / "t.csv", rows), "movebank")
    receptors = layer.receptors()
    assert set(receptors) == {"saiga-apr-jun-50", "saiga-apr-jun-95"}
    receptor = receptors["saiga-apr-jun-95"]
    assert receptor.species_id == "saiga"
    assert receptor.states == ("KAZ",)
    assert receptor.attributes["individuals"] == 4
    assert receptor.attributes["cell_m"] == 1_000
    assert not layer.spec.redistributable
    assert layer.spec.sensitive
    assert "10.1890/06-0957.1" in layer.spec.citation
    assert layer.spec.positional_accuracy_m == 1_000
    said = " ".join(limit.en for limit in layer.spec.limits)
    assert "Jul-Sep: 2 animals with enough fixes, 3 needed; no corridor" in said
    assert layer.spec.origin is not None
    for word in ("cell size 1000 m", "15 m/s", "isopleths 50 %, 95 %", "seasons: Jan-Mar"):
        assert any(word in setting for setting in layer.spec.origin.settings)
    half, most = (layer.wholes()[list(receptors).index(f"saiga-apr-jun-{p}")] for p in (50, 95))
    assert 0 < half.area < most.area
    fixes = np.array([(float(r["location-long"]), float(r["location-lat"])) for r in rows[:800]])
    assert shapely.contains_xy(most, fixes).mean() > 0.85


def test_no_fix_and_no_animal_is_kept(tmp_path: Path) -> None:
    rows = lf.walkers(3, 25)
    for row in rows:
        row["individual-local-identifier"] = "Collar-" + row["individual-local-identifier"]
    layer = added(lf.movebank(tmp_path / "t.csv", rows), "movebank")
    stored = b"".join(p.read_bytes() for p in layer.layer.folder.rglob("*") if p.is_file())
    for word in (b"Collar-", b"A study", b"0042", rows[7]["location-long"].encode(),
                 rows[7]["timestamp"].encode(), rows[7]["event-id"].encode()):  # fmt: skip
        assert word not in stored
    corners = np.vstack([shapely.get_coordinates(g) for g in layer.wholes()])
    for row in rows[::50]:
        fix = (float(row["location-long"]), float(row["location-lat"]))
        assert np.abs(corners - fix).sum(axis=1).min() > 0
    route = lf.route(tmp_path / "r.geojson", (66, 48), (69, 48), kind="road", fenced="no")
    from tests.conftest import run_here

    assert run_here("check", route, "--date", "2026-11-22").returncode == 0
    html = route.with_suffix(".html").read_text(encoding="utf-8")
    report = json.loads(route.with_suffix(".json").read_text(encoding="utf-8"))
    assert "Collar-" not in html + json.dumps(report)
    met = [e for e in report["encounters"] if e["layer_id"] == "movebank"]
    assert {e["receptor_id"] for e in met} == {"saiga-apr-jun-50", "saiga-apr-jun-95"}


def test_rows_that_do_not_count(tmp_path: Path) -> None:
    rows = lf.walkers(3, 25)
    rows[10]["visible"] = "false"
    rows[20]["algorithm-marked-outlier"] = "true"
    rows[30]["location-long"] = ""
    rows[40]["sensor-type"] = "argos-doppler-shift"
    rows[50]["location-lat"] = "north"
    rows[60]["timestamp"] = "30/04/2021 12:00"
    rows[70].update({"location-long": "67", "location-lat": "20"})
    rows[80]["individual-taxon-canonical-name"] = "Canis lupus"
    done = add(lf.movebank(tmp_path / "t.csv", rows), "movebank")
    assert done.returncode == 0, done.stderr
    assert "row 52: its coordinates are no longitude and latitude" in done.stderr
    assert "row 62: its timestamp '30/04/2021 12:00'" in done.stderr
    assert Opened("movebank").left_out() == {
        "marked as not visible": 1, "marked as an outlier": 1, "no coordinates": 1,
        "sensor not gps": 1, "unreadable": 2, "repeated, or faster than 15 m/s": 1,
        "another species": 1,
    }  # fmt: skip


def test_the_api_variant_with_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    """As saved again by a spreadsheet on Russian Windows."""
    rows = lf.walkers(3, 25)
    for row in rows:
        for name in ("location-long", "location-lat"):
            row[name] = row[name].replace(".", ",")
    path = lf.movebank(tmp_path / "t.csv", rows, delimiter=";")
    head, rest = path.read_text().split("\n", 1)
    path.write_text(head.replace("-", "_") + "\n" + rest)
    assert len(added(path, "movebank").receptors()) == 2


def test_too_few_animals_are_refused(tmp_path: Path) -> None:
    said = refused(lf.movebank(tmp_path / "t.csv", lf.walkers(2, 25)), "movebank")
    assert "a season needs 3 animals with 20 fixes each (animals found: saiga 2)" in said
    assert "Traceback" not in said


def test_thresholds_and_seasons_of_ones_own(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "species: mongolian_gazelle\n"
        "tracks:\n  least_individuals: 2\n  cell_m: 2000\n  isopleths: [80]\n"
        "  seasons:\n    - {name: calving, months: [4]}\n"
    )
    path = lf.movebank(tmp_path / "t.csv", lf.walkers(2, 25, taxon=""))
    layer = added(path, "movebank", "--mapping", mapping)
    assert set(layer.receptors()) == {"mongolian_gazelle-calving-80"}
    assert layer.spec.positional_accuracy_m == 2_000


def test_missing_columns_and_a_gone_file_are_both_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("time,x,y\n1,2,3\n")
    said = refused([path, tmp_path / "gone.csv"], "movebank")
    assert "columns timestamp, location-long, location-lat, individual-local-identifier" in said
    assert "gone.csv: cannot be read" in said
    packed = tmp_path / "t.zip"
    packed.write_bytes(b"PK")
    assert "t.zip: not a CSV file; unpack" in refused(packed, "movebank")


def test_tracks_across_a_continent_need_larger_cells(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("tracks: {cell_m: 10}\n")
    path = lf.movebank(tmp_path / "t.csv", lf.walkers(3, 25))
    said = refused(path, "movebank", "--mapping", mapping)
    assert "the tracks reach too far for cells of 10 m; state cell_m: " in said


def test_validate_speaks_of_tracks_too(tmp_path: Path) -> None:
    from tests.conftest import run_here

    path = lf.movebank(tmp_path / "t.csv", lf.walkers(3, 25))
    assert run_here("layers", "validate", path, "--as", "movebank").returncode == 0
    assert not paths.user_layers_dir().exists()
