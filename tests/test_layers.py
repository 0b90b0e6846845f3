"""The shipped layers, and the store that they are compiled into."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.errors import DataFileError, LayerError
from camiscreen.layers import catalogue, cell_register, store, store_writer, tiling
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import AreaOfInfluence, Receptor, Text

ROOT = Path(__file__).resolve().parent.parent
Opened = list[tuple[Layer, Store]]


def by_name(opened: Opened, name: str) -> tuple[Layer, Store]:
    return next(pair for pair in opened if pair[0].spec.name == name)


def receptor(id_: str) -> Receptor:
    return Receptor(id=id_, name=Text(en=id_, ru=id_), attributes={})


# ----------------------------------------------------------------------------------------------
# What ships
# ----------------------------------------------------------------------------------------------


def test_species_ranges_speak_of_17_taxa_and_name_the_layer_of_the_18th(opened: Opened) -> None:
    layer, compiled = by_name(opened, "species_ranges")
    assert {item.species_id for item in compiled.receptors} == {
        taxon.id for taxon in layer.taxa if taxon.status == "assessed"
    }
    (elsewhere,) = [taxon for taxon in layer.taxa if taxon.status != "assessed"]
    assert (elsewhere.id, elsewhere.status) == ("bukhara_deer", "elsewhere")
    assert elsewhere.reason is not None
    assert elsewhere.layer is not None
    _, sites = by_name(opened, elsewhere.layer)
    assert {item.species_id for item in sites.receptors} == {"bukhara_deer"}
    assert len(layer.taxa) == 18


def test_no_confidence_from_range_cells_is_above_medium(opened: Opened) -> None:
    layer, _ = by_name(opened, "species_ranges")
    assert str(layer.spec.confidence) == "medium"
    assert layer.spec.positional_accuracy_m >= 50_000
    assert all(str(taxon.confidence) in {"low", "medium", "None"} for taxon in layer.taxa)


@pytest.mark.parametrize(
    ("species", "lon", "lat", "inside"),
    [
        ("mongolian_gazelle", 114.5, 47.0, True),  # Eastern Steppe of Mongolia
        ("mongolian_gazelle", 67.0, 48.0, False),
        ("saiga", 67.0, 48.0, True),  # Betpak-Dala
        ("saiga", 115.0, 47.0, False),
        ("asiatic_cheetah", 56.0, 35.7, True),  # Touran
        ("asiatic_cheetah", 70.0, 40.0, False),
        ("gobi_bear", 97.0, 43.2, True),  # Great Gobi A
        ("gobi_bear", 105.0, 50.0, False),  # brown bears of the north are another taxon
        ("persian_leopard", 56.0, 37.4, True),  # Golestan
        ("persian_leopard", 78.0, 20.0, False),  # leopards of India are another
        ("goitered_gazelle", 45.0, 25.0, False),  # Arabian gazelles are another species
        ("urial", 44.0, 38.5, False),  # mouflon of the west
        ("chiru", 90.0, 34.0, True),  # Changtang
    ],
)  # fmt: skip
def test_known_places(opened: Opened, species: str, lon: float, lat: float, inside: bool) -> None:
    _, compiled = by_name(opened, "species_ranges")
    point = shapely.Point(lon, lat)
    patches = [i for i, item in enumerate(compiled.receptors) if item.species_id == species]
    assert any(compiled.whole(patch).intersects(point) for patch in patches) is inside


def test_states_are_14_and_carry_the_latest_party_status_read(opened: Opened) -> None:
    _, compiled = by_name(opened, "range_states")
    states = [item for item in compiled.receptors if not item.attributes["disputed"]]
    party = {item.id: bool(item.attributes["cms_party"]) for item in states}
    assert len(party) == 14
    assert {state for state, is_party in party.items() if not is_party} == {
        "BTN", "CHN", "NPL", "RUS",
    }  # fmt: skip
    turkmenistan = next(item for item in compiled.receptors if item.id == "TKM")
    assert turkmenistan.attributes["party_as_of"] > "2020"


def test_states_neither_overlap_nor_leave_gaps_between_them(opened: Opened) -> None:
    _, compiled = by_name(opened, "range_states")
    wholes = [compiled.whole(i) for i in range(len(compiled.receptors))]
    union = shapely.union_all(wholes)
    assert shapely.area(wholes).sum() == pytest.approx(union.area, rel=1e-9)
    baikonur = shapely.Point(63.3, 45.9)
    kazakhstan = next(i for i, item in enumerate(compiled.receptors) if item.id == "KAZ")
    assert wholes[kazakhstan].contains(baikonur)


def test_every_layer_has_licence_citation_and_limits(opened: Opened) -> None:
    for layer, _ in opened:
        assert layer.spec.citation
        assert layer.spec.licenses
        assert layer.spec.limits
    required = {layer.spec.name for layer, _ in opened if layer.spec.required}
    assert required == {"range_states", "species_ranges"}


def test_a_patch_knows_the_states_it_reaches(opened: Opened) -> None:
    _, compiled = by_name(opened, "species_ranges")
    reached = {item.id: item.states for item in compiled.receptors}
    assert {"MNG", "CHN"} <= set(reached["mongolian_gazelle-1"])
    assert reached["asiatic_cheetah-1"] == ("IRN",)


# ----------------------------------------------------------------------------------------------
# Cells and tiles
# ----------------------------------------------------------------------------------------------


def test_cells_that_touch_at_a_corner_are_one_patch() -> None:
    cells = {(0, 0), (1, 1), (5, 5)}
    assert cell_register.patches(cells) == [[(0, 0), (1, 1)], [(5, 5)]]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 600), st.floats(0.1, 20))
def test_tiles_cover_a_polygon_without_overlap(seed: int, vertices: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    radius = size * rng.uniform(0.3, 1, vertices)
    ring = np.column_stack([80 + radius * np.cos(angle), 45 + radius * np.sin(angle)])
    polygon = shapely.make_valid(shapely.Polygon(ring))
    tiles = tiling.tiles_of(polygon)
    assert shapely.area(tiles).sum() == pytest.approx(polygon.area, rel=1e-9)
    assert shapely.union_all(tiles).symmetric_difference(polygon).area < 1e-9 * polygon.area + 1e-12
    for tile in tiles:
        assert shapely.get_num_coordinates(tile) <= tiling.MAX_VERTICES


def test_hilbert_order_is_a_permutation_that_keeps_neighbours_close() -> None:
    x, y = np.meshgrid(np.arange(32.0), np.arange(32.0))
    corners = np.column_stack([x.ravel(), y.ravel()])
    order = tiling.hilbert_order(np.hstack([corners, corners + 1]))
    assert sorted(order) == list(range(1024))
    steps = np.abs(np.diff(corners[order], axis=0)).sum(axis=1)
    assert steps.max() == 1


# ----------------------------------------------------------------------------------------------
# The store
# ----------------------------------------------------------------------------------------------

CONTENT = [
    (receptor("a"), shapely.box(60, 40, 70, 50)),
    (receptor("b"), shapely.box(71, 40, 72, 41)),
]


def test_only_tiles_in_reach_are_read(tmp_path: Path) -> None:
    many = shapely.segmentize(shapely.box(60, 40, 70, 50), 0.05)
    store_writer.compile_store(tmp_path / "s", [(receptor("a"), many), CONTENT[1]])
    opened = store.open_store(tmp_path / "s")
    assert opened is not None
    tiles, owners = opened.within(np.array([[60.0, 40.0, 60.5, 40.5]]))
    assert 0 < len(tiles) < len(opened.index) / 4
    assert set(owners) == {0}
    assert opened.whole(0).equals(many)


@pytest.mark.parametrize("name", ["index.npy", "tiles.wkb", "wholes.wkb", "header.json"])
@pytest.mark.parametrize("damage", ["truncated", "changed", "gone"])
def test_a_damaged_store_is_never_read(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "s"
    store_writer.compile_store(folder, CONTENT)
    path = folder / name
    data = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "changed":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    else:
        path.unlink()
    if name == "header.json" and damage == "changed":
        opened = store.open_store(folder)
        assert opened is None or opened.receptors != tuple(item for item, _ in CONTENT)
        return
    assert store.open_store(folder) is None
    store_writer.compile_store(folder, CONTENT)
    again = store.open_store(folder)
    assert again is not None
    assert [item.id for item in again.receptors] == ["a", "b"]


def test_a_second_writer_leaves_a_sound_store_alone(tmp_path: Path) -> None:
    store_writer.compile_store(tmp_path / "s", CONTENT)
    before = (tmp_path / "s" / "header.json").stat().st_mtime_ns
    store_writer.compile_store(tmp_path / "s", CONTENT)
    assert (tmp_path / "s" / "header.json").stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def copied_layers(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "reference_layers", tmp_path / "layers"))


def test_data_that_does_not_match_its_hash_is_refused(tmp_path: Path) -> None:
    layers = copied_layers(tmp_path)
    cells = layers / "species_ranges" / "cells.csv"
    cells.write_text(cells.read_text() + "saiga,1,1,current\n")
    (layer,) = [
        item
        for item in catalogue.read_catalogue([layers], tmp_path)
        if item.spec.name == "species_ranges"
    ]
    with pytest.raises(LayerError, match="does not match the hash"):
        catalogue.open_layer(layer, tmp_path / "cache")


def test_a_wrong_manifest_names_file_line_and_column(tmp_path: Path) -> None:
    layers = copied_layers(tmp_path)
    manifest = layers / "range_states" / "layer.yaml"
    text = manifest.read_text(encoding="utf-8").replace(
        "receptor_kind: state", "receptor_kind: stat"
    )
    manifest.write_text(
        text.replace("path: states.geojson", "path: gone.geojson"), encoding="utf-8"
    )
    with pytest.raises(DataFileError) as caught:
        catalogue.read_catalogue([layers], tmp_path / "cache")
    assert "did you mean state?" in str(caught.value)
    assert str(manifest) in str(caught.value)


def test_a_later_folder_overrides_a_layer(tmp_path: Path) -> None:
    layers = copied_layers(tmp_path)
    manifest = layers / "range_states" / "layer.yaml"
    text = manifest.read_text(encoding="utf-8").replace('version: "2026.11"', 'version: "2027.1"')
    manifest.write_text(text, encoding="utf-8")
    found = catalogue.read_catalogue([ROOT / "reference_layers", layers], tmp_path / "cache")
    assert {item.spec.name: item.spec.version for item in found}["range_states"] == "2027.1"


def test_a_cache_that_cannot_be_written_is_a_named_error(tmp_path: Path) -> None:
    (layer, *_) = catalogue.read_catalogue([ROOT / "reference_layers"], tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(LayerError, match="CAMISCREEN_CACHE_DIR"):
        catalogue.open_layer(layer, blocked)


def test_the_derived_files_are_what_the_manifests_say() -> None:
    for manifest in ROOT.glob("reference_layers/*/layer.yaml"):
        assert not list(manifest.parent.glob("*.tif"))
    states = json.loads((ROOT / "reference_layers/range_states/states.geojson").read_text())
    assert len(states["features"]) == 15
    disputed = [f["properties"] for f in states["features"] if f["properties"]["iso3"] is None]
    assert len(disputed) == 1


def test_loading_gives_the_whole_geometry_of_each_owner(opened: Opened) -> None:
    layer, compiled = by_name(opened, "species_ranges")
    area = AreaOfInfluence(boxes=np.array([[66.0, 47.0, 68.0, 49.0]]), reach_m=0)
    loaded = catalogue.load_within(layer, compiled, area)
    species = {loaded.receptors[owner].species_id for owner in loaded.owners}
    assert "saiga" in species
    assert set(loaded.wholes) == {int(owner) for owner in loaded.owners}


# ----------------------------------------------------------------------------------------------
# Lines, points and large stores
# ----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 700), st.floats(0.001, 3))
def test_tiles_of_a_line_are_all_of_it(seed: int, vertices: int, step: float) -> None:
    rng = np.random.default_rng(seed)
    line = shapely.LineString(rng.normal(0, step, (vertices, 2)).cumsum(axis=0))
    tiles = tiling.tiles_of(line)
    assert shapely.length(tiles).sum() == pytest.approx(line.length, rel=1e-12)
    joined = np.vstack([shapely.get_coordinates(tile)[:-1] for tile in tiles])
    assert np.array_equal(joined, shapely.get_coordinates(line)[:-1])
    assert max(shapely.get_num_coordinates(tiles)) <= tiling.MAX_VERTICES


def test_spikes_beside_polygons_make_no_tiles_and_points_do() -> None:
    box, spike = shapely.box(60, 40, 61, 41), shapely.LineString([(61, 41), (62, 42)])
    tiles = tiling.tiles_of(shapely.GeometryCollection([box, spike]))
    assert [tile.geom_type for tile in tiles] == ["Polygon"]
    assert len(tiling.tiles_of(shapely.MultiPoint([(60, 40), (61, 41)]))) == 2
    assert tiling.tiles_of(shapely.GeometryCollection()) == []


def test_a_large_store_is_checked_piece_by_piece(tmp_path: Path) -> None:
    """What is too large to be hashed at every start is checked where it is read."""
    folder = tmp_path / "s"
    store_writer.compile_store(folder, CONTENT)
    path = folder / "tiles.wkb"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    assert store.open_store(folder) is None
    opened = store.open_store(folder, hashed_bytes=0)
    assert opened is not None
    assert store.damaged_files(folder) == ["tiles.wkb"]
    with pytest.raises(LayerError, match="is damaged"):
        opened.within(np.array([[-180.0, -90.0, 180.0, 90.0]]))


def test_receptors_are_read_one_by_one_and_counted_by_species(tmp_path: Path) -> None:
    saiga = Receptor(id="c", name=Text(en="c", ru="ц"), species_id="saiga", attributes={"x": 1})
    store_writer.compile_store(tmp_path / "s", [*CONTENT, (saiga, shapely.Point(70, 45))])
    opened = store.open_store(tmp_path / "s")
    assert opened is not None
    assert len(opened.receptors) == 3
    assert opened.receptors[2] == opened.receptors[-1] == list(opened.receptors)[2] == saiga
    assert opened.by_species == {"": 2, "saiga": 1}


def test_a_layer_being_added_is_no_layer(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "reference_layers/range_states", tmp_path / ".range_states.part")
    assert catalogue.read_catalogue([tmp_path], tmp_path / "cache") == ()
