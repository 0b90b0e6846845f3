"""The map projections, against pyproj and against themselves."""

import numpy as np
import pyproj
import pytest
import shapely

from camiscreen.report.projection import Albers, Laea, Projection, choose, project

IRAN = (51.4, 35.1, 59.6, 37.0)
POINTS = np.array([[51.4, 35.6], [55.0, 36.4], [59.6, 36.3], [56.0, 33.0], [50.0, 39.0]])


@pytest.mark.parametrize("made", [Laea(55.5, 36.0), Albers(55.5, 36.0, 35.4, 36.6)])
def test_inverse_undoes_forward(made: Projection) -> None:
    assert np.abs(made.inverse(made.forward(POINTS)) - POINTS).max() < 1e-5


def test_close_to_the_ellipsoidal_formulas() -> None:
    albers = pyproj.Transformer.from_crs(
        4326, "+proj=aea +lat_1=35.4 +lat_2=36.6 +lat_0=36 +lon_0=55.5 +ellps=WGS84",
        always_xy=True,
    )  # fmt: skip
    wanted = np.column_stack(albers.transform(POINTS[:, 0], POINTS[:, 1]))
    got = Albers(55.5, 36.0, 35.4, 36.6).forward(POINTS)
    assert np.abs(got - wanted).max() < 0.002 * np.abs(wanted).max()


@pytest.mark.parametrize("made", [Laea(55.5, 36.0), Albers(55.5, 36.0, 35.4, 36.6)])
def test_areas_are_true(made: Projection) -> None:
    cell = shapely.box(54.0, 35.0, 55.0, 36.0)
    area, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(cell, 0.01))
    drawn = shapely.transform(shapely.segmentize(cell, 0.01), made.forward).area
    assert drawn == pytest.approx(abs(area), rel=1e-4)


def test_choice_follows_the_route() -> None:
    assert isinstance(choose(IRAN), Albers)
    assert isinstance(choose((51.0, 35.0, 56.0, 36.0)), Laea)
    assert isinstance(choose((50.0, 35.0, 58.0, 55.0)), Laea)
    assert isinstance(choose((30.0, -5.0, 45.0, 5.0)), Laea)


def test_long_edges_bend() -> None:
    line = shapely.LineString([(50, 40), (60, 40)])
    drawn = project(line, choose((50, 38, 60, 42)))
    assert len(drawn.coords) > 60
    assert drawn.coords[0][1] - drawn.coords[30][1] > 1000
