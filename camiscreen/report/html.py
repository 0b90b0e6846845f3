"""Draws a document as one HTML file that needs nothing else: no font, image, library or network.

This module's one job. Templates print what the blocks hold and compute nothing. The one script
adds to what can be done, never to what is said; the page allows it by its hash and nothing else.
"""

import base64
import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from camiscreen.paths import cache_dir, data_dir
from camiscreen.report.blocks import Document
from camiscreen.report.style import PLAIN, Logo, ReportStyle
from camiscreen.report.svg import Drawing, number
from camiscreen.values import dataclass

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from markupsafe import Markup


PAGE = "report.html.j2"
SCRIPT = "report.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The script of the page, and the hash by which its policy allows it."""

    source: "Markup"
    digest: str


def render_html(document: Document, style: ReportStyle = PLAIN) -> bytes:
    """The report as UTF-8 HTML; the same document gives the same bytes.

    Raises StyleError where a partial of the house style is wrong, with its file and line.
    """
    house = style.house
    own = house.partials("html")
    shown = {
        "document": document,
        "light": house.light,
        "dark": house.dark,
        "logo": None if house.logo is None else _image(house.logo),
    }
    if own is None:
        return _page(_environment(), shown)
    from camiscreen.report import house_duty
    from camiscreen.report.house_partials import named

    with named(own):
        page = _page(_house_environment(own), shown)
    house_duty.check(document, page, str(own), _shipped_css())
    return page


def _page(environment: "Environment", shown: dict[str, Any]) -> bytes:
    page = environment.get_template(PAGE)
    return page.render(**shown, script=_script(environment)).encode("utf-8")


def _shipped_css() -> str:
    folder = data_dir("report_templates") / "html"
    return (folder / "report.css").read_text(encoding="utf-8")


def render_page(template: str, **values: object) -> bytes:
    """A template of the report's folder with its values and colours, as UTF-8."""
    text = (
        _environment()
        .get_template(template)
        .render(**values, light=PLAIN.house.light, dark=PLAIN.house.dark)
    )
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
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(_shipped())
    return _with_filters(Environment(loader=loader, bytecode_cache=_bytecode_cache(), **_options()))


def _house_environment(own: Path) -> "Environment":
    """Partials of a house before the shipped ones; a sandbox, as they may come from anywhere.

    Without the cache: the sandbox compiles the same template to other code.
    """
    from jinja2 import FileSystemLoader
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    loader = FileSystemLoader([own, _shipped()])
    return _with_filters(ImmutableSandboxedEnvironment(loader=loader, **_options()))


def _shipped() -> Path:
    return data_dir("report_templates") / "html"


def _options() -> dict[str, Any]:
    from jinja2 import StrictUndefined

    return {
        "autoescape": True,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }


def _with_filters(environment: "Environment") -> "Environment":
    environment.filters["svg"] = partial(_inline, written=set())
    return environment


def _image(logo: Logo) -> dict[str, str]:
    """The logo within the page; in an image element an SVG can neither run nor load anything."""
    media = "image/png" if logo.kind == "png" else "image/svg+xml"
    data = base64.b64encode(logo.data).decode("ascii")
    return {
        "source": f"data:{media};base64,{data}",
        "alt": logo.alt,
        "width": number(logo.width / 0.75),
        "height": number(logo.height / 0.75),
    }


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
