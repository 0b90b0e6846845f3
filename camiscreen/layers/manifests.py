"""What the manifest of a layer and the taxa beside it say, checked."""

from pathlib import Path

from camiscreen import data_files
from camiscreen.errors import DataFileError
from camiscreen.model import LayerSpec, Taxon
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the files of one layer folder say, as it is kept in the cache."""

    spec: LayerSpec
    taxa: tuple[Taxon, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taxa:
    taxa: tuple[Taxon, ...]


def read_manifest(manifest: Path) -> Manifest:
    """A manifest and the taxa beside it. Raises DataFileError with every mistake."""
    file = data_files.read_yaml(manifest)
    spec = data_files.build(file, LayerSpec)
    problems = []
    if spec.name != manifest.parent.name:
        problems.append(
            file.problem(("name",), f"name: must be the folder's, {manifest.parent.name}")
        )
    if not (manifest.parent / spec.path).is_file():
        problems.append(file.problem(("path",), f"path: no file {spec.path} beside the manifest"))
    if problems:
        raise DataFileError(tuple(problems))
    taxa: tuple[Taxon, ...] = ()
    if spec.taxa:
        taxa = data_files.build(data_files.read_yaml(manifest.parent / spec.taxa), _Taxa).taxa
    return Manifest(spec=spec, taxa=taxa)
