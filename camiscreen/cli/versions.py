"""What ``--show-versions`` prints: everything that a bug report needs."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from camiscreen import __version__
from camiscreen.geometry import geodesy

_PACKAGES = (
    "shapely",
    "pyproj",
    "fiona",
    "pyogrio",
    "geopandas",
    "numpy",
    "typst",
    "click",
    "rich",
    "jinja2",
    "pydantic",
    "PyYAML",
)


def version_lines() -> list[str]:
    """One ``name: version`` a line; libraries in C with the version they were built with."""
    import shapely

    from camiscreen.reading.vector_files import gdal_version

    lines = [
        f"camiscreen: {__version__}",
        f"Python: {sys.version.split()[0]} ({platform.platform()})",
        f"GDAL: {gdal_version()}",
        f"GEOS: {shapely.geos_version_string}",
        f"PROJ: {geodesy.proj_version()}",
    ]
    for name in _PACKAGES:
        try:
            lines.append(f"{name}: {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name}: not installed")
    return lines
