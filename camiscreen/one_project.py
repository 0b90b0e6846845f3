"""What a check and a batch do alike: the design that holds, and the project with it.

This module's one job is that both put a project through the same way; where its parts come from
(flags, a row of a list) is the callers' matter.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import BinaryIO

from camiscreen.errors import DataFileError, ProjectFileError
from camiscreen.model import Design, PipelineStretch, Project, WorksStretch
from camiscreen.reading.geojson import VectorLayer
from camiscreen.vocabulary import Fencing, Kind, Known


def design_of(
    path: Path | None,
    *,
    fenced: str | None = None,
    buried: str | None = None,
    works: tuple[int, ...] | None = None,
) -> Design:
    """The design of a file, with single answers in its place where they are given.

    Raises DataFileError with every mistake in the file.
    """
    design = Design()
    if path is not None:
        from camiscreen.reading.design_file import read_design

        design = read_design(path)
    if fenced is not None:
        design = replace(design, fencing=Fencing(fenced), fences=())
    if buried is not None:
        design = replace(design, pipeline=(PipelineStretch(buried=Known(buried)),))
    if works is not None:
        design = replace(design, works=(WorksStretch(months=works),))
    return design


def project_of(
    file: str,
    *,
    kind: str | None,
    design: Design,
    design_path: Path | None,
    layers: tuple[str, ...] = (),
    feature: int | None = None,
    name: str | None = None,
    shown: str | None = None,
    stdin: BinaryIO | None = None,
    read: VectorLayer | None = None,
) -> Project:
    """The project of a file as ``project_file.read_project`` has it, its design held against it.

    Raises ProjectFileError, and DataFileError for a chainage beyond the end of the line.
    """
    from camiscreen.reading import project_file

    try:
        project = project_file.read_project(
            file,
            kind=Kind(kind) if kind else None,
            design=design,
            layers=layers,
            stdin=stdin,
            feature=feature,
            name=name,
            shown=shown,
            already=read,
        )
    except ProjectFileError as error:
        meant = _meant(Path(file))
        if meant is None:
            raise
        raise ProjectFileError(f"{shown or file}: {meant}") from error
    if design_path is not None:
        from camiscreen.reading.design_file import check_chainage

        check_chainage(design_path, project.chainage_length_m)
    return project


def _meant(path: Path) -> str | None:
    """Where a file belongs that is no project but another file of the tool, None if it is none."""
    from camiscreen import data_files

    if path.suffix.lower() not in {".yaml", ".yml", ".json", ".toml"} or not path.is_file():
        return None
    read = data_files.read_toml if path.suffix.lower() == ".toml" else data_files.read_yaml
    try:
        data = read(path).data
    except DataFileError:
        return None
    keys = set(data) if isinstance(data, Mapping) else set()
    if "acceptances" in keys:
        what, option = "a file of acceptances", "--acceptances"
    elif path.suffix.lower() == ".toml" and keys & {"check", "batch"}:
        what, option = "settings", "--config"
    elif keys & {field.name for field in fields(Design)}:
        what, option = "a design file", "--design"
    else:
        return None
    return f"no route, but {what}; give it beside one: camiscreen check ROUTE {option} {path.name}"
