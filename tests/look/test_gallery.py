"""The gallery in a real browser: axe in both schemes and both widths, the keyboard, no script."""

from __future__ import annotations

import pytest

from tests.browser import axe_violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.look.urls"),
    pytest.mark.django_db(transaction=True),
]
WIDTHS = {"phone": 360, "desktop": 1280}


@pytest.fixture
def long_names(settings):
    """The gallery is looked at with the page around it at its worst, whatever the other pages are."""
    engine = settings.TEMPLATES[0]
    processors = [name for name in engine["OPTIONS"]["context_processors"] if name.startswith("django.template")]
    options = engine["OPTIONS"] | {
        "context_processors": [
            *processors,
            "django.contrib.messages.context_processors.messages",
            "tests.look.chrome.chrome",
        ]
    }
    settings.TEMPLATES = [engine | {"OPTIONS": options}]


@pytest.fixture
def open_gallery(chromium, live_server, long_names):
    """Opens the gallery; what the console says (a CSP violation, a script's error) fails the test."""
    contexts, said = [], []

    def opened(width=1280, at="/galerie/", **options):
        context = chromium.new_context(viewport={"width": width, "height": 740}, locale="fr-FR", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server.url}{at}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing(open_gallery, width, scheme):
    page = open_gallery(width, color_scheme=scheme)

    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows_the_screen(open_gallery, width):
    page = open_gallery(width)

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_text_twice_as_large_still_fits(open_gallery):
    page = open_gallery(640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert page.evaluate("document.documentElement.scrollWidth") == 640


def test_everything_that_takes_the_focus_shows_it_and_the_tray_hides_nothing(open_gallery):
    page = open_gallery(360)
    hidden = []
    seen = set()
    for _step in range(140):
        page.keyboard.press("Tab")
        state = page.evaluate(FOCUS)
        seen.add(state["what"])
        if not state["what"].startswith("<body") and (not state["shown"] or state["covered"]):
            hidden.append(state)

    assert hidden == []
    assert len(seen) > 60


FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect(), tray = document.querySelector(".tray");
  const outlined = (node, pseudo) => { const style = getComputedStyle(node, pseudo); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; };
  const shown = outlined(element) || outlined(element, "::after") || (element.closest(".choice, .pick") && outlined(element.closest(".choice, .pick")));
  const bar = tray.getBoundingClientRect();
  const covered = !tray.contains(element) && box.height < 300 && box.bottom > bar.top + 1 && box.top < bar.bottom - 1;
  return {shown: Boolean(shown), covered, what: element.outerHTML.slice(0, 120)};
}"""


def test_targets_are_large_enough_for_a_finger(open_gallery):
    page = open_gallery(360)

    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, .nav a, .pagination a, summary, .choice, .pick, .foot a")]
        .map((element) => [element.textContent.trim().slice(0, 30), element.getBoundingClientRect()])
        .filter(([, box]) => box.height && box.height < 44).map(([words]) => words)"""
    )

    assert small == []


def test_the_tray_follows_the_boxes(open_gallery):
    page = open_gallery()

    page.check("#choice-143")

    assert page.inner_text("[data-tray-count]").replace("\xa0", " ") == "2 choix sur 5"
    assert page.locator(".slots .on").count() == 2


def test_a_refused_form_puts_the_reader_at_its_summary(open_gallery):
    page = open_gallery()

    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_the_counter_counts_as_the_server_does(open_gallery):
    page = open_gallery()

    page.fill("#id_text", "Deux\nlignes")

    assert page.inner_text("[data-counter=id_text]") == "12 signes sur 400"


def test_without_script_the_menu_opens_and_nothing_pretends(open_gallery):
    page = open_gallery(360, java_script_enabled=False)

    page.click(".menu > summary")

    assert page.locator(".menu nav").is_visible()
    assert page.locator("[data-copy]").is_hidden()


def test_reduced_motion_and_forced_colours_are_served(open_gallery):
    page = open_gallery(360, reduced_motion="reduce", forced_colors="active")

    assert axe_violations(page) == []


def test_a_filter_replaces_the_list_alone_and_keeps_the_focus(open_gallery):
    page = open_gallery(at="/liste/?q=banc")

    page.click(".filters summary")
    page.focus("#area")
    page.select_option("#area", "Gare")
    page.wait_for_selector("#list:has-text('Gare')")

    assert page.inner_text("#list") == "Gare banc"
    assert page.evaluate("document.activeElement.id") == "area"
    assert page.url.endswith("/liste/?q=banc&area=Gare")


def test_filters_work_without_script(open_gallery):
    page = open_gallery(at="/liste/", java_script_enabled=False)

    page.fill("#filters-q", "banc")
    page.click(".search button")

    assert page.inner_text("#list") == "tous banc"


def test_a_job_is_followed_to_its_end(open_gallery):
    page = open_gallery(at="/travail/")

    page.wait_for_selector("text=Ouvrir le carnet", timeout=10_000)

    assert page.locator(".progress").count() == 1
    assert page.get_attribute("progress", "value") == "100"
