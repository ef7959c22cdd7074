"""Each component, in the states that could break."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from bp_platform.core.components import (
    Cell,
    Event,
    Link,
    Pick,
    Progress,
    ResultLine,
    Row,
    Slice,
    Station,
    Ticket,
)
from bp_platform.core.templatetags import bp


def draw(source: str, **values) -> str:
    return re.sub(r"\s+", " ", Template(source).render(Context(values))).strip()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_a_line_says_where_one_is_and_what_is_done():
    stations = [Station("Étude", "mars", "past"), Station("Vote", "octobre", "now", progress=52), Station("Travaux")]

    html = draw("{% line stations label='Les étapes' %}", stations=stations)

    assert words(html) == "Étude (terminé) mars Vous êtes ici Vote octobre Travaux"
    assert '<ol class="line line--short" aria-label="Les étapes">' in html
    assert html.count('aria-current="step"') == 1
    assert '<li class="now p50"' in html


@pytest.mark.parametrize(("number", "length"), [(1, "short"), (7, "short"), (8, "long"), (9, "long"), (10, "tall")])
def test_a_line_changes_its_shape_with_its_length(number, length):
    html = draw("{% line stations %}", stations=[Station("Vote")] * number)

    assert f'class="line line--{length}"' in html


def test_a_stopped_line_says_why():
    stopped = Station("Non retenu", "Article 4.2", "stopped", here="Fin du trajet")

    assert words(draw("{% line stations %}", stations=[stopped])) == "Fin du trajet Non retenu Article 4.2"


def test_a_ticket_writes_its_price_or_why_it_has_none():
    priced = Ticket("Un verger", "/2026/projets/BP26-0022/", "BP26-0022", "/x.svg", price_eur=Decimal("31000"))
    bare = Ticket("Un banc", "/2026/projets/BP26-0031/", "BP26-0031", "/x.svg", no_price="Pas encore chiffré")

    found = [words(draw("{% ticket item %}", item=item)) for item in (priced, bare)]

    assert found == ["Un verger 31 000 € BP26-0022", "Un banc Pas encore chiffré BP26-0031"]


def test_what_people_write_is_escaped():
    item = Ticket("<script>alert(1)</script>", "/", "BP26-0001", "/x.svg", place='"><img src=x onerror=alert(1)>')

    html = draw("{% ticket item %}", item=item)

    assert "<script>" not in html
    assert "<img src=x" not in html


def test_a_component_sees_nothing_of_the_page():
    html = draw(
        "{% with title='Secret' label='Secret' %}{% tag 'Livré' 'success' %}{% panel %}x{% endpanel %}{% endwith %}"
    )

    assert "Secret" not in html


def test_the_money_bar_is_written_to_the_cent():
    slices = [Slice("paid", "Payé", Decimal("412310.42")), Slice("left", "Reliquat", Decimal("25000"), "reporté")]

    html = draw("{% money_bar slices total 'Payé 94 %' id='bar' %}", slices=slices, total=Decimal("437310.42"))

    assert words(html) == ("Payé 94 % Payé 412 310,42 € 94 % Reliquat 25 000,00 € 6 % · reporté Total : 437 310,42 €")
    assert 'role="img" aria-labelledby="bar-label"' in html


def test_an_envelope_overspent_is_said_in_words():
    slices = [Slice("paid", "Payé", Decimal("120"))]

    html = draw("{% money_bar slices total 'Dépassée' %}", slices=slices, total=Decimal("100"))

    assert words(html).endswith("20,00 € au-dessus des 100,00 € votés.")


def test_a_disabled_button_says_why():
    html = draw("{% button 'Voter' disabled_reason='Le vote est clos.' id='vote' %}")

    assert 'aria-disabled="true" aria-describedby="vote-reason"' in html
    assert '<span class="button-reason" id="vote-reason">Le vote est clos.</span>' in html
    assert 'type="button"' in html


def test_a_button_is_a_link_with_an_address_and_sends_the_form_without():
    found = [draw("{% button 'Voter' '/vote/' %}"), draw("{% button 'Retirer' kind='danger' name='act' value='off' %}")]

    assert found == [
        '<a class="button" href="/vote/">Voter</a>',
        '<button class="button button--danger" name="act" value="off">Retirer</button>',
    ]


class IdeaForm(forms.Form):
    title = forms.CharField(label="Le titre", help_text="Une phrase.")
    opinion = forms.ChoiceField(label="Votre avis", widget=forms.RadioSelect, choices=[("y", "Oui"), ("n", "Non")])
    text = forms.CharField(label="Le texte", required=False, max_length=400, widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_its_label_hint_and_error():
    html = draw("{{ form.title.as_field_group }}", form=IdeaForm({}))

    assert '<label for="id_title">Le titre <span class="required">(obligatoire)</span></label>' in html
    assert 'id="id_title_helptext">Une phrase.</div>' in html
    assert '<ul class="field__errors" id="id_title_error">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html


def test_the_summary_of_errors_leads_to_each_field():
    html = draw("{{ form }}", form=IdeaForm({}))

    targets = re.findall(r'<a href="#([^"]+)">', html)

    assert targets == ["id_title", "id_opinion_0"]
    assert [target for target in targets if f'id="{target}"' not in html] == []
    assert "Rien n’est encore enregistré : 2 réponses sont à corriger." in words(html).replace("\xa0", " ")


def test_a_form_without_error_has_no_summary_and_a_long_field_says_its_limit():
    html = draw("{{ form }}", form=IdeaForm())

    assert "error-summary" not in html
    assert 'data-counter="id_text" data-max="400"' in html
    assert "400 signes au plus" in html


def test_an_error_of_the_whole_form_is_in_the_summary():
    form = IdeaForm({"title": "Un banc", "opinion": "y"})
    form.add_error(None, "La phase est close depuis hier.")

    html = draw("{% error_summary form %}", form=form)

    assert "<li>La phase est close depuis hier.</li>" in html


@pytest.mark.parametrize(
    ("label", "line"),
    [("Votre courriel", "Votre courriel : dites lequel."), ("Où ?", "Où ? Dites lequel.")],
)
def test_the_summary_reads_as_a_sentence_after_a_question_too(label, line):
    form = IdeaForm({"title": "Un banc", "opinion": "y"})
    form.fields["title"].label = label
    form.add_error("title", "dites lequel.")

    assert line in words(draw("{% error_summary form %}", form=form)).replace("\xa0", " ")


def test_a_queue_names_each_row_and_each_cell_of_a_phone():
    rows = [Row([Cell("BP26-0143", "Pilote", "/dossier/"), Cell("3 jours", is_late=True)], is_current=True)]

    html = draw("{% queue columns rows caption='1 dossier' %}", columns=["Dossier", "Échéance"], rows=rows)

    assert '<tr aria-current="true">' in html
    assert '<th scope="row"><a href="/dossier/">BP26-0143</a><small>Pilote</small></th>' in html
    assert '<td data-label="Échéance"><span><span class="late">3 jours</span></span></td>' in html


def test_an_empty_queue_has_its_columns():
    html = draw("{% queue columns rows %}", columns=["Dossier", "Coût"], rows=[])

    assert words(html) == "Dossier Coût"


def test_a_row_that_lacks_a_cell_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        draw("{% queue columns rows %}", columns=["Dossier", "Coût"], rows=[Row([Cell("BP26-0143")])])


def test_every_result_gives_its_reason():
    lines = [
        ResultLine(1, "Un four", "BP26-0003", 1204, is_winner=True, reason="le plus de voix", price_eur=Decimal(22000)),
        ResultLine(2, "Un quai", "BP26-0027", 1167, is_winner=False, reason="il manquait 4 200 €"),
    ]

    html = words(draw("{% results lines 'Voix' %}", lines=lines))

    assert html == (
        "Projet Voix Coût Pourquoi 1. Un four BP26-0003 1 204 22 000 € Lauréat le plus de voix "
        "2. Un quai BP26-0027 1 167 il manquait 4 200 €"
    )


def test_pages_keep_the_rest_of_the_address():
    request = RequestFactory().get("/", {"q": "vélo", "page": "2"})

    html = draw("{% pagination page %}", request=request, page=Paginator(range(60), 24).page(2))

    assert re.findall(r'href="([^"]+)"', html) == [f"?q=v%C3%A9lo&amp;page={page}" for page in (1, 1, 2, 3, 3)]


def test_one_page_needs_no_pagination():
    assert draw("{% pagination page %}", page=Paginator(range(3), 24).page(1)) == ""


def test_the_box_of_a_ballot_line_is_labelled_and_its_link_is_outside():
    item = Pick("choice", "88", "Une aire de jeux", "/x.svg", "Bel-Air", Decimal(84500), "/2026/projets/BP26-0088/")

    html = draw("{% pick item %}", item=item)

    label = re.search(r"<label.*?</label>", html)[0]
    assert 'for="choice-88"' in label
    assert "<a " not in label
    assert 'aria-describedby="choice-88-foot"' in label
    assert (
        words(html).replace("\xa0", " ")
        == "Une aire de jeux Bel-Air · 84 500 € Lire : Une aire de jeux (nouvel onglet)"
    )


def test_a_withdrawn_project_stays_on_the_ballot_and_cannot_be_ticked():
    item = Pick("choice", "31", "Des bancs", "/x.svg", off_reason="retiré le 20 septembre")

    html = draw("{% pick item %}", item=item)

    assert " disabled>" in html
    assert "retiré le 20 septembre" in html


@pytest.mark.parametrize(
    ("item", "asks_again"),
    [
        (Progress("Carnet", 40, poll_url="/travaux/1/"), True),
        (Progress("Carnet", 100, poll_url="/travaux/1/", done=Link("Ouvrir", "/carnet/")), False),
        (Progress("Carnet", 62, "Ligne 18", poll_url="/travaux/1/", is_failed=True), False),
    ],
)
def test_a_job_asks_again_until_it_ends(item, asks_again):
    html = draw("{% progress item %}", item=item)

    assert ("hx-get" in html, "Actualiser" in html) == (asks_again, asks_again)


def test_a_timeline_dates_each_event():
    event = Event(date(2026, 3, 1), "L’idée est déposée", by="Aïcha B.")

    html = draw("{% timeline events %}", events=[event])

    assert '<time datetime="2026-03-01">1er mars 2026</time>' in html


def test_blocks_draw_what_they_hold():
    html = draw(
        "{% page_header 'Mes dossiers' eyebrow='Bureau' %}<a href='/'>Aller</a>{% endpage_header %}"
        "{% empty_state 'Rien ici' kind='nature' %}{% endempty_state %}{% confirm 'Retirer' tone='danger' %}x{% endconfirm %}"
    )

    assert words(html) == "Bureau Mes dossiers Aller Rien ici Retirer x"
    assert html.count("<h1>") == 1


def test_an_address_is_drawn_for_a_phone_and_written_for_people():
    html = draw("{% qr 'https://bp.valrive.example/' 'bp.valrive.example' %}")

    assert '<svg aria-hidden="true"' in html
    assert "style=" not in html
    assert words(html) == "bp.valrive.example"


def test_the_page_does_without_a_town():
    html = draw("{% topbar %}{% footer %}{% appearance_url as url %}[{{ url }}]")

    assert words(html) == "Budget participatif []"


def test_the_page_takes_the_town_s_name_and_colour():
    class Town:
        name = "Ville de Valrive-sur-Loire"
        accent = "#003189"

    html = draw(
        "{% topbar %}{% appearance_url %}",
        town=SimpleLazyObject(Town),
        nav=[Link("Les projets", "/2026/projets/", is_current=True)],
        desk="Espaces verts",
    )

    assert "Bureau · Espaces verts" in html
    assert "Ville de Valrive-sur-Loire" in html
    assert '<a href="/2026/projets/" aria-current="page">Les projets</a>' in html
    assert html.endswith("/apparence.css?v=003189")


FOLDER = Path(settings.BASE_DIR) / "templates" / "components"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.html")), ids=lambda path: path.stem)
def test_a_component_says_what_it_is_in_its_first_line(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert re.match(r"\{(#|% comment %)", first)


def test_every_tag_is_in_the_list_of_components():
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = {name for name in bp.register.tags if not name.startswith("end")} | set(bp.register.filters)

    assert {name for name in names if name not in listed} == {"appearance_url", "email_css", "site_name"}
