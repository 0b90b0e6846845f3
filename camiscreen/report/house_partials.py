"""Errors in the partials of a house style, named by their file and line.

This module's one job. Whoever writes a partial is a user: a mistake in one is no bug of ours.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb

from camiscreen.errors import StyleError


@contextmanager
def named(own: Path) -> Iterator[None]:
    """Turn what Jinja raises within into StyleError.

    The place is the last line of the house that was running; where only shipped partials were, it
    is the shipped one that found the house's in its way.
    """
    from jinja2 import TemplateNotFound, TemplateSyntaxError
    from jinja2.exceptions import SecurityError

    try:
        yield
    except TemplateSyntaxError as error:
        raise StyleError(f"{error.filename}:{error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        place = _place(error, own) or str(own)
        raise StyleError(f"{place}: there is no partial {error.name}") from error
    except SecurityError as error:
        raise StyleError(f"{_place(error, own) or own}: not allowed here: {error}") from error
    except Exception as error:  # a template can raise anything that Python can
        running = _place(error, own)
        if running is None:
            raise
        raise StyleError(f"{running}: {error}") from error


def _place(error: BaseException, own: Path) -> str | None:
    """``file:line`` of the last template that was running, one of the house's first."""
    frames = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.endswith((".j2", ".css"))
    ]
    house = [(path, line) for path, line in frames if own in path.parents]
    if house:
        path, line = house[-1]
        return f"{path}:{line}"
    if frames:
        path, line = frames[-1]
        return f"{own}: its partials do not fit the shipped {path.name}:{line}"
    return None


@contextmanager
def typst_folder(shipped: Path, own: Path) -> Iterator[Path]:
    """A folder with the shipped Typst partials and the house's in their places.

    Turns what Typst raises within into StyleError.
    """
    import typst

    _check_packages(own)
    with tempfile.TemporaryDirectory(prefix="camiscreen-") as made:
        folder = Path(made).resolve()
        for source in (shipped, own):
            shutil.copytree(source, folder, dirs_exist_ok=True)
        try:
            yield folder
        except typst.TypstError as error:
            raise StyleError(_typst_place(error.diagnostic, error.message, shipped, own)) from error


def _check_packages(own: Path) -> None:
    """Refuse packages before Typst goes to fetch them: a report needs no network."""
    for path in sorted(own.rglob("*.typ")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = re.search(r'"@[\w-]+/', line)
            if found:
                raise StyleError(
                    f"{path}:{number}:{found.start() + 1}: packages cannot be used; a report is "
                    "drawn without a network"
                )


def _typst_place(diagnostic: str, message: str, shipped: Path, own: Path) -> str:
    for name, line, before in re.findall(r"([\w.-]+\.typ):(\d+):(\d+)", diagnostic):
        column = int(before) + 1  # Typst counts lines from one, but columns from zero
        if (own / name).is_file():
            return f"{own / name}:{line}:{column}: {message}"
        if (shipped / name).is_file():
            return f"{own}: its partials do not fit the shipped {name}:{line}:{column}: {message}"
    return f"{own}: {message}"
