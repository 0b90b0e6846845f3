"""Draws a document as one HTML file that needs nothing else: no script, font, image or network.

This module's one job. Templates print what the blocks hold and compute nothing.
"""

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from camiscreen.paths import cache_dir, data_dir
from camiscreen.report.blocks import Document
from camiscreen.report.style import PLAIN, Logo, ReportStyle
from camiscreen.report.svg import Drawing, number

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from markupsafe import Markup


PAGE = "report.html.j2"


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
        return _environment().get_template(PAGE).render(shown).encode("utf-8")
    from camiscreen.report.house_partials import named

    with named(own):
        return _house_environment(own).get_template(PAGE).render(shown).encode("utf-8")


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
    environment.filters["svg"] = _inline
    return environment


def _image(logo: Logo) -> dict[str, str]:
    """The logo within the page; in an image element an SVG can neither run nor load anything."""
    media = "image/png" if logo.kind == "png" else "image/svg+xml"
    data = b64encode(logo.data).decode("ascii")
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


def _inline(drawing: Drawing) -> "Markup":
    """The drawing as markup: our own SVG writer has escaped every text in it."""
    from markupsafe import Markup

    return Markup(drawing.for_screen())
