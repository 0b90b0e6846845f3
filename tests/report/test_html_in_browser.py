"""The HTML report in a browser: what a reader can do, and what must never happen."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from camiscreen.i18n import Translator
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.html import render_html
from tests.report.browser import DESKTOP, PHONE, opened, running
from tests.report.sample import HOSTILE
from tests.report.test_document import SAMPLES, walk
from tests.report.test_renderers import squeeze


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples in English, each in a file of a folder whose name needs quoting."""
    folder = tmp_path_factory.mktemp("reports of 100 %")
    written = {}
    for name, make in SAMPLES.items():
        written[name] = folder / f"{name}.html"
        written[name].write_bytes(render_html(compose(make(), Translator("en"))))
    return written


@pytest.fixture(scope="module")
def railway(reports: dict[str, Path]) -> Path:
    return reports["railway"]


def document() -> b.Document:
    return compose(SAMPLES["railway"](), Translator("en"))


# ----------------------------------------------------------------------------------------------
# What must never happen
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", SAMPLES)
def test_opens_from_a_file_asks_for_nothing_and_fits(
    browser: Browser, reports: dict[str, Path], name: str, width: int
) -> None:
    scheme = "dark" if width == PHONE else "light"
    with opened(browser, reports[name], width=width, scheme=scheme) as visit:
        assert visit.ask("document.documentElement.scrollWidth") == width
        visit.page.mouse.wheel(0, 20_000)
        assert visit.ask("document.getAnimations().length") == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_hostile_names_are_shown_and_never_run(
    browser: Browser, reports: dict[str, Path], scripts: bool
) -> None:
    with opened(browser, reports["hostile"], scripts=scripts) as visit:
        page = visit.page
        assert page.locator("h1").inner_text().startswith("<script>alert(1)</script>")
        assert page.locator("script").count() == 1
        assert page.locator("img").count() == 0
        if not scripts:
            return
        page.check(".layers input[value=corridors]")
        corridor = page.locator("[data-layer=corridors] [data-tip]")
        corridor.dispatch_event("pointermove", {"bubbles": True, "clientX": 300, "clientY": 300})
        expect(page.locator(".tip")).to_contain_text("<script>alert(1)</script>")
        page.fill("[data-filter] input", HOSTILE)
        page.click("#finding-f1 [data-show]")
        expect(page.locator(".back")).to_be_visible()


def test_the_policy_refuses_what_is_slipped_in(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        visit.ask(
            """() => {
                const slip = document.createElement('div');
                slip.innerHTML = '<a id="slip" onclick="window.ran = 1">x</a>';
                document.body.append(slip);
                document.getElementById('slip').click();
                const script = document.createElement('script');
                script.textContent = 'window.ran = 2';
                document.body.append(script);
            }"""
        )
        assert visit.ask("window.ran") is None
        refused = [line for line in visit.noticed if "Content Security Policy" in line]
        assert len(refused) == len(visit.noticed) == 2
        visit.noticed.clear()


# ----------------------------------------------------------------------------------------------
# Without scripts, and in print
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_everything_is_there_without_scripts(browser: Browser, railway: Path, width: int) -> None:
    with opened(browser, railway, width=width, scripts=False) as visit:
        page = visit.page
        shown = squeeze(page.locator("main").inner_text())
        for card in cards():
            assert card.trace is not None
            for run in runs_of((card.statement, card.why, card.trace.rows, card.sources)):
                assert squeeze(run.text) in shown
        assert page.locator("details:not([open])").count() == 0
        for control in page.locator(".map-tools, .filters").all():
            expect(control).to_be_hidden()
        # Links to places on the map lead there all the same.
        page.click("#stretch-1 th a")
        assert page.locator("#kp-1").evaluate("e => e.matches(':target')")


@pytest.mark.parametrize("scripts", [True, False])
def test_print_holds_every_finding_with_its_trace_in_light_colours(
    browser: Browser, railway: Path, scripts: bool
) -> None:
    with opened(browser, railway, scheme="dark", scripts=scripts) as visit:
        if scripts:
            for _ in range(3):
                visit.page.click("[data-zoom=in]")
        pages = PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages
        text = squeeze("".join(page.extract_text() for page in pages))
        for card in cards():
            assert card.trace is not None
            for run in runs_of((card.statement, card.why, card.trace.rows)):
                assert squeeze(run.text)[:40] in text
        assert squeeze("Show on the map") not in text
        visit.page.emulate_media(media="print")
        assert visit.computed("body", "backgroundColor") == "rgb(255, 255, 255)"
        assert visit.computed("[data-frame] > g", "transform") == "none"


def test_cards_are_closed_again_after_print(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.click("#finding-f2 summary")
        page.pdf()
        assert page.locator("details.rests[open]").count() == 1


def cards() -> list[b.FindingCard]:
    return [part for part in walk(document()) if isinstance(part, b.FindingCard)]


def runs_of(parts: object) -> list[b.Run]:
    return [run for run in walk(parts) if isinstance(run, b.Run)]


# ----------------------------------------------------------------------------------------------
# The map
# ----------------------------------------------------------------------------------------------


def scale(transform: str) -> float:
    return float(transform.split("scale(")[1].rstrip(")"))


def test_buttons_zoom_and_the_scale_bar_hides_while_zoomed(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        level = page.locator(".buttons output")
        expect(level).to_have_text("100 %")
        expect(page.locator("[data-home]")).to_be_visible()
        page.click("[data-zoom=in]")
        page.click("[data-zoom=in]")
        expect(level).to_have_text("225 %")
        expect(page.locator("[data-home]")).to_be_hidden()
        page.click("[data-zoom=out]")
        assert scale(visit.transform()) == pytest.approx(1.5)
        page.click("[data-zoom=reset]")
        assert visit.transform() == "translate(0 0) scale(1)"
        expect(page.locator("[data-home]")).to_be_visible()


def test_labels_keep_their_size_and_stay_on_their_place(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        label = visit.page.locator("[data-layer=kp] [data-at]").nth(2)
        before = label.bounding_box()
        for _ in range(4):
            visit.page.click("[data-zoom=in]")
        after = label.bounding_box()
        assert before and after
        assert after["height"] == pytest.approx(before["height"], rel=0.25)
        assert after["width"] == pytest.approx(before["width"], rel=0.25)


def test_keys_move_the_map_and_let_go_of_it(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.locator(".map .drawing").focus()
        page.keyboard.press("ArrowRight")
        assert visit.transform() == "translate(0 0) scale(1)"
        page.keyboard.press("+")
        page.keyboard.press("+")
        zoomed = visit.transform()
        assert scale(zoomed) == pytest.approx(2.25)
        page.keyboard.press("ArrowRight")
        assert visit.transform() != zoomed
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("-")
        page.keyboard.press("0")
        assert visit.transform() == "translate(0 0) scale(1)"
        inside = "document.querySelector('.map').contains(document.activeElement)"
        links = page.locator(".map .drawing a:not([tabindex])").count()
        for _ in range(links):
            page.keyboard.press("Tab")
            assert visit.ask(inside)
            assert page.locator(".tip").inner_text() != ""
        page.keyboard.press("Tab")
        assert not visit.ask(inside)
        page.keyboard.press("Shift+Tab")
        assert visit.ask(inside)


def test_focus_is_seen(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.locator(".buttons button").first.focus()
        page.keyboard.press("Tab")
        assert visit.computed(":focus", "outlineStyle") == "solid"
        page.locator(".map .drawing").focus()
        assert visit.computed(":focus", "outlineStyle") == "solid"
        page.keyboard.press("Tab")
        assert visit.ask("document.activeElement.getAttribute('href')").startswith("#")
        assert visit.computed(":focus", "outlineStyle") == "solid"


def test_the_wheel_scrolls_the_page_unless_the_map_is_meant(
    browser: Browser, railway: Path
) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        frame = page.locator("[data-frame]")
        frame.scroll_into_view_if_needed()
        frame.hover()
        at = visit.ask("scrollY")
        page.mouse.wheel(0, -120)
        page.wait_for_function("at => scrollY < at", arg=at)
        assert scale(visit.transform()) == 1
        frame.hover()
        at = visit.ask("scrollY")
        page.keyboard.down("Control")
        page.mouse.wheel(0, -240)
        page.keyboard.up("Control")
        page.wait_for_function("() => document.querySelector('.map.zoomed')")
        assert scale(visit.transform()) > 1.3
        assert visit.ask("scrollY") == at


LINK_IN_SIGHT = """() => {
    document.querySelector('.map .drawing').scrollIntoView();
    for (const link of document.querySelectorAll('[data-frame] a')) {
        const box = link.getBoundingClientRect();
        const at = [box.x + box.width / 2, box.y + box.height / 2];
        if (document.elementFromPoint(...at)?.closest('a') === link) return at;
    }
}"""


def test_dragging_moves_a_map_that_is_zoomed_and_follows_no_link(
    browser: Browser, railway: Path
) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.click("[data-zoom=in]")
        x, y = visit.ask(LINK_IN_SIGHT)
        before = visit.transform()
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 30, y - 20, steps=4)
        page.mouse.up()
        assert visit.transform() != before
        assert "#" not in page.url


def test_two_fingers_zoom(browser: Browser, railway: Path) -> None:
    with opened(browser, railway, width=PHONE) as visit:
        visit.page.locator("[data-frame]").scroll_into_view_if_needed()
        session = visit.page.context.new_cdp_session(visit.page)

        def touch(kind: str, spread: float) -> None:
            points = [
                {"x": 195 - spread, "y": 500, "id": 0},
                {"x": 195 + spread, "y": 500, "id": 1},
            ]
            session.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": points if kind != "touchEnd" else []},
            )

        touch("touchStart", 30)
        for spread in (40, 60, 90):
            touch("touchMove", spread)
        touch("touchEnd", 90)
        assert scale(visit.transform()) > 1.5


def test_every_layer_can_be_hidden_and_shown(browser: Browser, reports: dict[str, Path]) -> None:
    with opened(browser, reports["hostile"]) as visit:
        page = visit.page
        boxes = page.locator(".layers input").all()
        keys = [box.get_attribute("value") for box in boxes]
        assert {"range-0", "zone", "corridors", "findings", "kp", "names"} <= set(keys)
        for box, key in zip(boxes, keys, strict=True):
            part = page.locator(f"[data-layer='{key}']")
            assert part.count() == 1
            assert box.is_checked() == part.is_visible()
            box.click()
            assert box.is_checked() == part.is_visible()
        # The legend keeps its patterns, and what is hidden cannot be reached.
        assert page.locator("[data-layer=findings] a").first.is_hidden()
        for swatch in page.locator(".swatch rect").all():
            fill = swatch.get_attribute("fill") or ""
            assert page.locator(fill.removeprefix("url(").removesuffix(")")).count() == 1


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_row_leads_to_its_place_and_back(browser: Browser, railway: Path, width: int) -> None:
    with opened(browser, railway, width=width) as visit:
        page = visit.page
        page.click("#stretch-2 th a")
        expect(page.locator("#kp-2")).to_have_class("on")
        expect(page.locator("#kp-2")).to_be_in_viewport()
        assert page.locator(".on").count() == 1
        assert scale(visit.transform()) > 1.5
        assert page.url.endswith("#kp-2")
        expect(page.locator("[data-frame]")).to_be_in_viewport()
        assert visit.ask("document.activeElement.className").startswith("drawing")
        expect(page.locator(".tip")).to_contain_text("KP")
        page.click(".back")
        expect(page.locator("#stretch-2")).to_be_in_viewport()
        page.go_back()
        expect(page.locator("[data-frame]")).to_be_in_viewport()


def test_a_card_leads_to_all_its_stretches_and_the_map_to_cards_and_rows(
    browser: Browser, railway: Path
) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.click("#finding-f1 [data-show]")
        wanted = page.locator("[data-findings~=F1]").count()
        assert wanted > 1
        expect(page.locator(".on")).to_have_count(wanted)
        expect(page.locator(".back")).to_have_text("Back to F1")
        page.click("[data-zoom=reset]")
        page.locator("[data-layer=findings] a[href='#finding-f2']").last.click()
        expect(page.locator("#finding-f2")).to_be_in_viewport()
        page.locator("#kp-1").dispatch_event("click")
        expect(page.locator("#stretch-1")).to_be_in_viewport()


def test_what_a_pointer_meets_is_named(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        tip = page.locator(".tip")
        page.locator("[data-layer=findings] a:not([tabindex])").last.hover()
        expect(tip).not_to_be_empty()
        page.keyboard.press("Escape")
        expect(tip).to_be_empty()
        page.locator("[data-frame]").hover(position={"x": 300, "y": 300})
        assert tip.get_attribute("role") == "status"
        box, figure = tip.bounding_box(), page.locator(".map").bounding_box()
        assert box and figure
        assert box["x"] + box["width"] <= figure["x"] + figure["width"] + 1


# ----------------------------------------------------------------------------------------------
# Cards, tables, contents
# ----------------------------------------------------------------------------------------------


def test_cards_open_to_trace_and_sources(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        card = page.locator("#finding-f1 details.rests")
        expect(card.locator("table")).to_be_hidden()
        card.locator("summary").click()
        expect(card.locator("table")).to_be_visible()
        expect(card.locator(".sources")).to_be_visible()
        page.click("#trace a[href='#trace-finding-f2']")
        expect(page.locator("#trace-finding-f2 table")).to_be_visible()
    with opened(browser, railway, fragment="#trace-finding-f3") as visit:
        expect(visit.page.locator("#trace-finding-f3 table")).to_be_visible()
        assert visit.page.locator("#trace-finding-f3 tbody tr").count() > 0


def test_a_link_to_a_finding_is_copied(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("#finding-f2 .self")
        expect(page.locator("#said")).to_have_text("Link copied")
        assert visit.ask("navigator.clipboard.readText()") == f"{railway.as_uri()}#finding-f2"


def test_rows_are_chosen_by_level_and_text(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        rows = page.locator("[data-filter] tr.body")
        every = rows.count()
        page.select_option("[data-filter] select", "major")
        shown = [row for row in rows.all() if row.is_visible()]
        assert 0 < len(shown) < every
        assert {row.get_attribute("data-level") for row in shown} == {"major"}
        expect(page.locator("[data-filter] output")).to_have_text(f"{len(shown)} of {every} rows")
        page.fill("[data-filter] input", "no such receptor")
        assert not any(row.is_visible() for row in page.locator("[data-filter] tbody tr").all())
        page.fill("[data-filter] input", "")
        page.select_option("[data-filter] select", "")
        assert all(row.is_visible() for row in page.locator("[data-filter] tbody tr").all())
        expect(page.locator("[data-filter] output")).to_be_empty()


def test_contents_mark_the_section_that_is_read(browser: Browser, railway: Path) -> None:
    with opened(browser, railway) as visit:
        page = visit.page
        page.click(".contents a[href='#method']")
        current = page.locator(".contents a[aria-current=true]")
        expect(current).to_have_count(1)
        expect(current).to_have_attribute("href", "#method")
        assert page.url.endswith("#method")


def test_contents_fold_on_a_phone(browser: Browser, railway: Path) -> None:
    with opened(browser, railway, width=PHONE) as visit:
        page = visit.page
        link = page.locator(".contents a[href='#findings']")
        expect(link).to_be_hidden()
        page.click(".contents summary")
        link.click()
        expect(link).to_be_hidden()
        expect(page.locator(".contents summary")).to_contain_text("Findings")
        title = page.locator("#findings-title").bounding_box()
        bar = page.locator(".contents").bounding_box()
        assert title and bar
        assert title["y"] >= bar["y"] + bar["height"] - 1


# ----------------------------------------------------------------------------------------------
# Contrast
# ----------------------------------------------------------------------------------------------

TEXTS = (
    "h1", ".kicker", ".cover-note", ".contents a", ".verdict .sentence", ".quiet", ".note",
    ".card h3", ".card > header code", ".card .self", ".chip", ".axes dt", ".pairs dt", "main a",
    "thead th", "td", "tr.group th", ".gaps li", ".tread h3", ".tread p", ".hint", "button",
    ".layers label", ".layers summary", "select", ".rests summary", "figcaption", "footer",
    ".step1 .tread h3", ".step2 .tread h3", ".step3 .tread h3", ".step4 .tread h3",
)  # fmt: skip

CONTRAST = """(texts) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = colour => rgb(colour).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => {
        const colour = getComputedStyle(e).backgroundColor;
        return rgb(colour)[3] ? colour : e.parentElement ? ground(e.parentElement) : 'white';
    };
    return texts.flatMap(text => [...document.querySelectorAll(text)].slice(0, 40).map(e => {
        const [low, high] = [luminance(getComputedStyle(e).color), luminance(ground(e))]
            .sort((a, b) => a - b);
        return [text, (high + 0.05) / (low + 0.05)];
    }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_modes(browser: Browser, railway: Path, scheme: str) -> None:
    with opened(browser, railway, scheme=scheme) as visit:
        found = visit.ask(CONTRAST, list(TEXTS))
        assert {text for text, _ in found} == set(TEXTS)
        assert [(text, ratio) for text, ratio in found if ratio < 4.5] == []
