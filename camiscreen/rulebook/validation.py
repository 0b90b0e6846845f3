"""Files that people write, checked without a screening: rules, packs, layers.

A path may be a folder of either kind, a folder above several layers, or a single file of one of
them; the whole folder that it belongs to is then checked, because a file can be right by itself
and wrong beside the others. Settings belong to the command line, which knows the options.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from camiscreen.data_files import suggestion
from camiscreen.errors import DataFileError
from camiscreen.layers import check
from camiscreen.rulebook import rulebook
from camiscreen.rulebook.rulebook_files import FILE_KINDS, FOLDERS, kind_of
from camiscreen.values import dataclass

MANIFEST = "layer.yaml"
_DATA_SUFFIXES = {".yaml", ".csv", ".geojson"}
_DEEPEST = max(len(Path(pattern).parts) for pattern in FILE_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How many files were read, and every mistake in them as ``file:line:col: what``."""

    files: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The folders that some paths belong to; ``strangers`` are paths that belong to none."""

    rules: tuple[Path, ...]
    layers: tuple[Path, ...]
    strangers: tuple[Path, ...]


def sort_out(paths: Iterable[Path]) -> Found:
    """Which rules folders and layer folders some files and folders mean."""
    rules: list[Path] = []
    layers: list[Path] = []
    strangers: list[Path] = []

    def take(path: Path) -> bool:
        below, root = _layers_below(path), _rules_root(path)
        layers.extend(below)
        if root and not below:
            rules.append(root)
        return bool(below or root)

    for path in paths:
        if not take(path):
            inner = sorted(path.iterdir()) if path.is_dir() else []
            taken = [take(folder) for folder in inner if folder.is_dir()]
            if not any(taken):
                strangers.append(path)
    return Found(
        rules=tuple(dict.fromkeys(rules)),
        layers=tuple(dict.fromkeys(layers)),
        strangers=tuple(strangers),
    )


def validate(found: Found, shipped_rules: Path) -> Validation:
    """Check every folder; own rules stand on the shipped ones, as ``--rules`` has it."""
    files: set[Path] = set()
    problems: list[str] = []
    for root in found.rules:
        whole = (root / "rulebook.yaml").is_file()
        files.update(rulebook.rule_files([root]))
        problems += _rule_problems([root] if whole else [shipped_rules, root])
    for folder in found.layers:
        files.update(path for path in folder.iterdir() if path.suffix in _DATA_SUFFIXES)
        problems += check.problems_in(folder)
    problems += [f"{path}:1:1: {_not_ours(path)}" for path in found.strangers]
    return Validation(files=len(files), problems=tuple(dict.fromkeys(problems)))


def _rule_problems(dirs: Sequence[Path]) -> tuple[str, ...]:
    try:
        rulebook.load(dirs)
    except DataFileError as error:
        return error.problems
    return ()


def _layers_below(path: Path) -> list[Path]:
    """A layer folder, or the layer folders in a folder, or the layer that a file lies in."""
    if path.is_dir():
        if (path / MANIFEST).is_file():
            return [path]
        return sorted(manifest.parent for manifest in path.glob(f"*/{MANIFEST}"))
    return [path.parent] if (path.parent / MANIFEST).is_file() else []


def _rules_root(path: Path) -> Path | None:
    """The rules folder that a folder is, or that a file or folder lies in."""
    for start in (path, path.resolve()):
        if start.is_dir() and any(next(start.glob(pattern), None) for pattern in FILE_KINDS):
            return start
        for root in list(start.parents)[:_DEEPEST]:
            inside = start.relative_to(root)
            if kind_of(inside) if start.is_file() else _is_part(inside):
                return root
    return None


def _is_part(inside: Path) -> bool:
    """Whether a folder is one that files of a rulebook lie in: ``screening``, ``packs/x``."""
    return any(kind_of(inside / Path(pattern).name) for pattern in FILE_KINDS)


def _not_ours(path: Path) -> str:
    if path.is_dir():
        return "neither a rules folder nor a layer folder, nor a folder of layers"
    hint = suggestion(path.parent.name, FOLDERS)
    return (
        f"not a file of a rules folder or of a layer, no camiscreen.toml, no acceptances.yaml{hint}"
    )
