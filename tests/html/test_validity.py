"""The rules themselves: a sound page has no fault, and each fault is seen."""

from __future__ import annotations

import pytest

from tests.html.validity import faults

SOUND = """<!doctype html><html lang="fr"><head><title>Une page</title></head><body>
<header><nav aria-label="Principale"><ul><li><a href="/">Accueil</a></li></ul></nav></header>
<main id="m"><h1>Une page</h1><h2>Une partie</h2>%s<p><a href="#m">En haut</a></p></main></body></html>"""


def page(inside: str = "") -> str:
    return SOUND % inside


def test_a_sound_page_has_no_fault():
    inside = """<form><label for="a">Nom</label><input id="a" name="a" aria-describedby="b"><small id="b">Court</small>
    <label><input type="checkbox" name="c"> Oui</label><input type="hidden" name="d"><button>Envoyer</button></form>
    <table><caption>Coûts</caption><tr><th scope="col">Objet</th></tr><tr><td>Un banc</td></tr></table>
    <img src="x" alt=""><svg aria-hidden="true"></svg><fieldset><legend>Choix</legend></fieldset>"""

    assert faults(page(inside)) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ('<p id="m">x</p>', "id 'm' is there 2 times"),
        ("<h1>Deux</h1>", "2 h1"),
        ("<h4>Trop bas</h4>", "heading level jumps from 2 to 4"),
        ("<h3></h3>", "<h3> is empty"),
        ('<input name="a">', "<input name='a'> has no label"),
        ('<input name="a" aria-label="A" aria-describedby="z">', "<input> aria-describedby='z' leads nowhere"),
        ('<label for="z">Z</label>', "label for='z' leads nowhere"),
        ('<a href="#z">Z</a>', "a href='#z' leads nowhere"),
        ('<a href="/"><img src="x" alt=""></a>', "<a /> says nothing"),
        ('<button class="b"></button>', "<button b> says nothing"),
        ('<img src="x">', "img 'x' has no alt"),
        ("<svg></svg>", "svg is neither hidden nor named"),
        ("<table><caption>C</caption><tr><td>1</td></tr></table>", "table without headers"),
        ('<table><tr><th scope="col">A</th></tr></table>', "table without caption"),
        ("<button><p>x</p></button>", "<p> inside <button>"),
        ('<a href="/"><button>x</button></a>', "<button> inside <a>: x"),
        ("<fieldset></fieldset>", "fieldset without legend"),
        ("<nav><a href='/'>x</a></nav>", "1 <nav> named ''"),
        ('<nav aria-label="Principale"><a href="/">x</a></nav>', "2 <nav> named 'Principale'"),
        ("<ul></ul>", "<ul class=None> is empty"),
        ("<ul><p>x</p></ul>", "<p> directly inside <ul>"),
        ("<div><li>x</li></div>", "li inside <div>"),
        ('<div aria-hidden="true"><a href="/">x</a></div>', "<a> can be reached inside aria-hidden"),
        ("<p><div>x</div></p>", "parse error"),
        ("<main></main>", "2 main"),
        ('<p tabindex="3">x</p>', "tabindex=3"),
    ],
)
def test_each_fault_is_seen(inside, fault):
    assert [found for found in faults(page(inside)) if fault in found]


def test_a_page_without_language_or_title_is_at_fault():
    bare = "<!doctype html><html><head></head><body><main><h1>x</h1></main></body></html>"

    assert faults(bare) == ["html has no lang", "0 titles: []"]
