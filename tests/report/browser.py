"""A headless Chromium for the tests of the HTML report, and what it is told to notice."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

PHONE, DESKTOP = 390, 1280


@contextmanager
def running() -> Iterator[Browser]:
    """The browser of this machine; skips where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(
            f"no Chromium here (looked for {', '.join(NAMES)}): the HTML report was not opened in "
            "a browser; on Debian: apt-get install chromium"
        )
    # Chromium refuses its sandbox to root, which containers run as.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"] if root else []
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open report, and all that must not happen while it is."""

    page: Page
    path: Path
    noticed: list[str] = field(default_factory=list)

    def computed(self, selector: str, name: str) -> str:
        """The computed value of a property of the first element that matches."""
        value: str = self.page.eval_on_selector(
            selector, "(e, name) => getComputedStyle(e)[name]", name
        )
        return value

    def ask(self, expression: str, argument: object = None) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(expression, argument)

    def transform(self) -> str:
        """How the map is moved."""
        return self.ask("document.querySelector('[data-frame] > g').getAttribute('transform')")


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    *,
    width: int = DESKTOP,
    scheme: str = "light",
    scripts: bool = True,
    fragment: str = "",
) -> Iterator[Visit]:
    """A report opened from its file; afterwards nothing may have been noticed.

    Noticed are requests for anything but the file, messages on the console (breaches of the
    content policy among them), uncaught errors, dialogs and windows that open.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        has_touch=width == PHONE,
    )
    page = context.new_page()
    visit = Visit(page=page, path=path)
    own = path.as_uri()

    def meet(route: Route) -> None:
        if route.request.url.split("#")[0] == own:
            route.continue_()
        else:
            visit.noticed.append(f"request for {route.request.url}")
            route.abort()

    def dismiss(dialog: Any) -> None:
        visit.noticed.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.route("**/*", meet)
    page.on("console", lambda message: visit.noticed.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: visit.noticed.append(f"error: {error}"))
    page.on("dialog", dismiss)
    page.on("popup", lambda _: visit.noticed.append("a window opened"))
    page.set_default_timeout(5_000)
    page.goto(own + fragment)
    try:
        yield visit
        assert visit.noticed == []
    finally:
        context.close()
