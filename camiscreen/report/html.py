"""Draws a document as one HTML file that needs nothing else: no font, image, library or network.

This module's one job. Templates print what the blocks hold and compute nothing. The one script
adds to what can be done, never to what is said; the page allows it by its hash and nothing else.
"""

import base64
import hashlib
from functools import partial
from typing import TYPE_CHECKING

from camiscreen.paths import cache_dir, data_dir
from camiscreen.report.blocks import Document
from camiscreen.report.svg import Drawing
from camiscreen.report.tokens import DARK, LIGHT
from camiscreen.values import dataclass

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from markupsafe import Markup


SCRIPT = "report.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The script of the page, and the hash by which its policy allows it."""

    source: "Markup"
    digest: str


def render_html(document: Document) -> bytes:
    """The report as UTF-8 HTML; the same document gives the same bytes."""
    return render_page("report.html.j2", document=document, script=_script(_environment()))


def render_page(template: str, **values: object) -> bytes:
    """A template of the report's folder with its values and colours, as UTF-8."""
    text = _environment().get_template(template).render(**values, light=LIGHT, dark=DARK)
    return text.encode("utf-8")


def _script(environment: "Environment") -> Script:
    """The script of the templates without comment and indents: text, never a template."""
    from markupsafe import Markup

    if environment.loader is None:
        raise TypeError("templates are read by a loader")
    written = environment.loader.get_source(environment, SCRIPT)[0]
    lines = (line.strip() for line in written.splitlines())
    source = "\n".join(line for line in lines if line and not line.startswith("//"))
    digest = base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")
    return Script(source=Markup(source), digest=f"sha256-{digest}")


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data_dir("report_templates") / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_bytecode_cache(),
    )
    environment.filters["svg"] = partial(_inline, written=set())
    return environment


def _bytecode_cache() -> "BytecodeCache | None":
    """Compiled templates in the cache folder, keyed by their source; None where it is read-only.

    Compiling takes 80 ms, half of what a report in HTML costs.
    """
    from jinja2 import FileSystemBytecodeCache

    folder = cache_dir() / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))


def _inline(drawing: Drawing, *, written: set[str]) -> "Markup":
    """The drawing as markup: our own SVG writer has escaped every text in it."""
    from markupsafe import Markup

    return Markup(drawing.for_screen(written))
