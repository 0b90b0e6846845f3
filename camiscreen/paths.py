"""Where the shipped data lies, and where a user's own data and caches go."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """Folder ``rules``, ``reference_layers`` or ``report_templates``.

    A wheel carries them under ``_data``; a checkout, also when installed in editable mode, has
    them beside the package. The checkout wins, so that a stale build copy is never read.
    """
    checkout = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return _PACKAGE / "_data" / name


def cache_dir() -> Path:
    """Folder for what can be made again: compiled layers, the parsed rulebook.

    ``CAMISCREEN_CACHE_DIR`` overrides the place that the operating system foresees.
    """
    override = os.environ.get("CAMISCREEN_CACHE_DIR")
    if override:
        return Path(override)
    from platformdirs import user_cache_path

    return user_cache_path("camiscreen", appauthor=False)


def user_layers_dir() -> Path:
    """Folder for the layers that a user adds."""
    override = os.environ.get("CAMISCREEN_DATA_DIR")
    if override:
        return Path(override) / "layers"
    from platformdirs import user_data_path

    return user_data_path("camiscreen", appauthor=False) / "layers"
