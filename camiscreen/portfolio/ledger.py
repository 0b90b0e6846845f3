"""What is finished, on disk: a project's reports, then its entry, each whole or not there at all.

An entry is addressed by everything its result depends on, so that a resumed batch redoes what is
stale and nothing else; it carries a checksum of itself and of the reports, so that what a killed
process or a full disk cut short is redone. Failures are not kept: they are tried again.
"""

import hashlib
import json
import os
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from camiscreen import __version__, data_files
from camiscreen.errors import OutputError
from camiscreen.layers.catalogue import Layer
from camiscreen.portfolio.jobs import Order, Outcome
from camiscreen.portfolio.results import SCREENED, Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.report.style import PLAIN, ReportStyle
from camiscreen.values import dataclass

FOLDER = ".camiscreen-batch"
_README = (
    b"What camiscreen batch --resume goes by: an entry for each finished project.\n"
    b"It may be deleted; the next run then screens everything again.\n"
)
_FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The entries of a batch in its output folder.

    ``basis`` stands for tool, rules, layers and options together. ``date`` is that which every
    entry must have, None where any will do: a batch that is resumed a day later is still one.
    """

    out: Path
    basis: str
    date: str | None = None

    def key(self, spec: ProjectSpec) -> str:
        """The address of a project's result: its content, its design and the basis."""
        # Where a file lies is not what is in it.
        said = data_files.to_plain(
            replace(spec, file="", weight=0, own_id=False, said=replace(spec.said, design=None))
        )
        return _sha256_of([self.basis, said])

    def finished(self, spec: ProjectSpec) -> Result | None:
        """The result of a project that is finished, None where it has to be screened."""
        try:
            entry = json.loads(self._path(spec).read_bytes())
            body = entry["body"]
            if entry["sha256"] != _sha256_of(body) or body["key"] != self.key(spec):
                return None
            result = data_files.restore(Result, body["result"])
            if self.date not in (None, result.row.generated_on):
                return None
            if all(_has_hash(self.out / name, sha) for name, sha in body["files"].items()):
                return result
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # No entry, or one that was cut short: the project is screened again.
            pass
        return None

    def keep(self, outcome: Outcome) -> None:
        """Write the reports of a project, then its entry. Raises OutputError."""
        for name, data in outcome.files.items():
            write_whole(self.out, name, data)
        if outcome.result.row.status != SCREENED:
            return
        body = {
            "key": self.key(outcome.spec),
            "files": {
                name: hashlib.sha256(data).hexdigest() for name, data in outcome.files.items()
            },
            "result": data_files.to_plain(outcome.result),
        }
        text = json.dumps({"sha256": _sha256_of(body), "body": body})
        relative = self._path(outcome.spec).relative_to(self.out).as_posix()
        write_whole(self.out, relative, text.encode(), sync=True)

    def _path(self, spec: ProjectSpec) -> Path:
        return self.out / FOLDER / "finished" / f"{spec.stem}.json"


def basis_of(order: Order, rulebook_sha256: str, layers: Sequence[Layer]) -> str:
    """One hash over what all results of a batch depend on, the date left out."""
    return _sha256_of(
        [
            _FORMAT,
            __version__,
            rulebook_sha256,
            [[layer.spec.name, fingerprint(layer)] for layer in layers],
            data_files.to_plain(replace(order, generated_on="", style=PLAIN)),
            _style(order.style),
        ]
    )


def _style(style: ReportStyle) -> list[str]:
    """Audience and house style by what is in their files, wherever these lie."""
    folder, word = style.house.folder, style.docx_template
    inside = [] if folder is None else sorted(p for p in folder.rglob("*") if p.is_file())
    return [
        str(style.audience),
        "" if folder is None else data_files.sha256_of(inside, folder),
        "" if word is None else data_files.sha256_of([word], word.parent),
    ]


def fingerprint(layer: Layer) -> str:
    """One hash over the manifest of a layer, what is read beside it, and its data."""
    names = ("layer.yaml", layer.spec.taxa, layer.spec.cell_states)
    files = [layer.folder / name for name in names if name]
    described = data_files.sha256_of(files, layer.folder)
    return data_files.sha256_of_texts([layer.spec.sha256, described])


def write_whole(out: Path, name: str, data: bytes, *, sync: bool = False) -> None:
    """Write a file below ``out`` so that it is there whole or not at all.

    Two runs may write the same file: the later one stands. Raises OutputError.
    """
    target = out / name
    try:
        parts = out / FOLDER / "parts"
        parts.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target a killed process would leave its part among the user's files.
        part = parts / f"{uuid.uuid4().hex}.part"
        with part.open("wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written ({error.strerror}); choose another folder with --out"
        ) from error


def prepare(out: Path) -> None:
    """Make the folder, and remove what killed processes left half written a day ago or more.

    Raises OutputError at once where nothing can be written, not after hours of screening.
    """
    write_whole(out, f"{FOLDER}/README", _README)
    old = time.time() - 24 * 3600
    for path in (out / FOLDER / "parts").glob("*.part"):
        # What is younger may be in work in another run, and a file may go under our hands.
        with suppress(OSError):
            if path.stat().st_mtime < old:
                path.unlink()


def _sha256_of(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _has_hash(path: Path, sha256: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
