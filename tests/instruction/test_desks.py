"""The desks as pages: titles that state facts, doors, errors that lose nothing, query counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from instruction import services
from instruction.models import Case, Costing, DepartmentOpinion
from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory


@pytest.fixture
def at():
    """Pages read the clock: their cases are made today."""
    return timezone.now()


@pytest.fixture
def cycle(town, at):
    return cycle_factory.cycle(at, open_phase="instruction")


def title(response) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1].strip()


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


DESKS = {
    "triage": {"paula"},
    "my_cases": {"bruno", "helene"},
    "my_department": {"helene"},
    "decisions": {"paula", "elias"},
    "answers": {"paula"},
    "committee": {"odile"},
}


@pytest.mark.parametrize("desk", DESKS)
def test_a_desk_exists_for_its_people_only(desk, cycle, paula, bruno, helene, elias, odile, chloe, sign_in):
    found = {
        user.username
        for user in (paula, bruno, helene, elias, odile, chloe)
        if sign_in(user).get(reverse(f"instruction:{desk}")).status_code == 200
    }

    assert found == DESKS[desk]


def test_a_visitor_signs_in_first(client, cycle):
    assert client.get(reverse("instruction:my_cases")).status_code == 302


@pytest.mark.parametrize(
    ("desk", "who", "heading", "advice"),
    [
        ("triage", "paula", "Aucun dossier à attribuer", "Les idées publiées arriveront ici"),
        ("my_cases", "bruno", "Aucun dossier ne vous attend", "Vous verrez ici ceux que l’équipe participation confie"),
        ("my_department", "helene", "Aucun avis à valider", "Vous verrez ici les avis à valider"),
        ("decisions", "elias", "Aucun dossier à décider", "Les études rendues par les directions arriveront ici"),
        ("answers", "paula", "Aucune réponse à publier", "Les réponses décidées se rassemblent ici"),
        ("committee", "odile", "Aucun avis à donner", "Les études rendues par les directions arriveront ici"),
    ],
)
def test_an_empty_desk_says_what_comes(desk, who, heading, advice, cycle, sign_in, request):
    page = sign_in(request.getfixturevalue(who)).get(reverse(f"instruction:{desk}"))

    assert title(page) == heading
    assert advice in text(page)


@pytest.mark.parametrize(
    ("desk", "who", "state", "queries"),
    [
        ("triage", "paula", "received", 6),
        ("my_cases", "bruno", "triaged", 9),
        ("my_department", "helene", "triaged", 9),
        ("decisions", "elias", "reviewed", 7),
        ("answers", "paula", "decided", 9),
        ("committee", "odile", "reviewed", 7),
    ],
)
def test_three_cases_cost_no_more_queries_than_one(
    desk, who, state, queries, case_in, sign_in, request, django_assert_num_queries
):
    client = sign_in(request.getfixturevalue(who))
    for titles in (("Un verger",), ("Un kiosque", "Une haie")):
        for title_ in titles:
            case_in(state, title=title_)
        client.get(reverse(f"instruction:{desk}"))  # warms what the process keeps
        with django_assert_num_queries(queries):
            client.get(reverse(f"instruction:{desk}"))


def test_an_open_case_costs_as_much_with_three_in_the_queue(case_in, bruno, sign_in, django_assert_num_queries):
    client = sign_in(bruno)
    url = reverse("instruction:case", args=[case_in("under_review").proposal.number])
    client.get(url)
    with django_assert_num_queries(14):
        client.get(url)
    case_in("triaged", title="Un kiosque")
    case_in("triaged", title="Une haie")

    with django_assert_num_queries(14):
        client.get(url)


def test_my_cases_and_what_is_late(case_in, bruno, sign_in, at):
    case_in("triaged", title="Une cour qui respire", due_on=at.date() - timedelta(days=3))
    case_in("triaged", title="Des bancs à l’ombre", due_on=at.date() + timedelta(days=1))

    page = sign_in(bruno).get(reverse("instruction:my_cases"))

    assert title(page) == "2 dossiers, 1 en retard"
    assert re.findall(r'<a href="/bureau/dossiers/(BP26-\d+)/">(.*?)</a>', text(page)) == [
        ("BP26-0001", "Une cour qui respire"),
        ("BP26-0002", "Des bancs à l’ombre"),
    ]


def test_cases_are_opened_together(cycle, paula, sign_in, at):
    factory.idea(cycle, at)
    factory.idea(cycle, at, title="Un verger")
    client = sign_in(paula)

    page = client.get(reverse("instruction:triage"))
    answer = client.post(reverse("instruction:open_cases", args=[cycle.slug]))

    assert "Édition 2026 : 2 idées publiées attendent leur dossier" in text(page)
    assert (answer.status_code, said(answer)) == (303, ["2 dossiers sont ouverts."])
    assert title(client.get(reverse("instruction:triage"))) == "2 dossiers à attribuer"


def test_a_case_is_assigned_at_its_desk(case_in, paula, sign_in, green_spaces, buildings, at):
    case = case_in("received")
    url = reverse("instruction:assign", args=[case.proposal.number])
    day = (at + timedelta(days=12)).date()

    answer = sign_in(paula).post(
        url,
        {"lead": green_spaces.pk, "consulted": [buildings.pk], "due_on": day.isoformat(), "complexity": "complex"},
    )

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (303, "triaged")
    assert list(case.assignments.order_by("pk").values_list("department", "kind", "due_on")) == [
        (green_spaces.pk, "lead", day), (buildings.pk, "consulted", day),
    ]  # fmt: skip


def test_an_assignment_says_what_is_missing_and_keeps_the_rest(case_in, paula, sign_in, buildings):
    case = case_in("received")

    page = sign_in(paula).post(
        reverse("instruction:assign", args=[case.proposal.number]),
        {"consulted": [buildings.pk], "due_on": "2031-05-06", "complexity": "simple"},
    )

    assert page.status_code == 422
    assert "Direction pilote : choisissez la direction qui rendra l’étude." in text(page)
    assert 'value="2031-05-06"' in text(page)
    assert re.search(rf'value="{buildings.pk}"[^>]* checked', text(page))


def test_an_opinion_is_given_and_validated(case_in, bruno, helene, sign_in):
    number = case_in("triaged").proposal.number
    answer = sign_in(bruno).post(
        reverse("instruction:case", args=[number]), {"verdict": "with_reservations", "public_text": "Planter à 3 m."}
    )
    opinion = DepartmentOpinion.objects.get()
    page = sign_in(helene).get(reverse("instruction:my_department"))
    validated = sign_in(helene).post(reverse("instruction:validate", args=[opinion.pk]))

    assert (answer.status_code, said(answer)) == (303, ["Votre avis sur le dossier BP26-0001 est enregistré."])
    assert title(page) == "1 avis à valider"
    assert said(validated)[-1] == "L’avis de votre direction sur BP26-0001 est validé."
    opinion.refresh_from_db()
    assert opinion.validated_by == helene


def test_an_opinion_without_reason_keeps_its_note(case_in, bruno, sign_in):
    number = case_in("triaged").proposal.number

    page = sign_in(bruno).post(
        reverse("instruction:case", args=[number]), {"verdict": "favourable", "internal_note": "Voir le plan."}
    )

    assert page.status_code == 422
    assert "expliquez votre avis en une ou deux phrases." in text(page)
    assert "Voir le plan.</textarea>" in text(page)


def lines(*typed, **more) -> dict[str, str]:
    data = {"lignes-TOTAL_FORMS": str(len(typed)), "lignes-INITIAL_FORMS": "0"}
    for place, line in enumerate(typed):
        for name, value in zip(("kind", "label", "quantity", "unit_price_eur", "vat_percent"), line, strict=True):
            data[f"lignes-{place}-{name}"] = value
    return data | {"confidence_percent": "15", "price_on": "2026-01-15", "running_cost_eur": "350"} | more


BENCHES = ("supply", "Bancs", "4", "1 250,50 €", "20.00")
EMPTY = ("works", "", "1", "", "20.00")


def test_a_costing_reads_french_numbers(case_in, bruno, sign_in):
    number = case_in("triaged").proposal.number

    answer = sign_in(bruno).post(reverse("instruction:costing", args=[number]), lines(BENCHES, EMPTY))

    assert answer.status_code == 303
    items = Costing.objects.get().items.values_list("label", "quantity", "unit_price_eur", "total_eur")
    assert [tuple(map(str, item)) for item in items] == [("Bancs", "4.00", "1250.50", "6002.40")]


def test_a_line_is_added_without_script_and_nothing_is_lost(case_in, bruno, sign_in):
    number = case_in("triaged").proposal.number

    page = sign_in(bruno).post(reverse("instruction:costing", args=[number]), lines(BENCHES, ajouter="1"))

    assert (page.status_code, Costing.objects.count()) == (200, 0)
    assert 'value="Bancs"' in text(page)
    assert 'name="lignes-TOTAL_FORMS" value="2"' in text(page)


def test_a_line_is_removed_without_script(case_in, bruno, sign_in):
    number = case_in("triaged").proposal.number
    trees = ("works", "Arbres", "2", "300", "10.00")

    page = sign_in(bruno).post(reverse("instruction:costing", args=[number]), lines(BENCHES, trees, retirer="0"))

    assert 'value="Bancs"' not in text(page)
    assert re.search(r'name="lignes-0-label" value="Arbres"', text(page))
    assert 'name="lignes-TOTAL_FORMS" value="1"' in text(page)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("works", "Arbres", "2", "cher", "10.00"), "Ligne 1, prix unitaire ht, en €"),
        (("works", "Arbres", "2", "", "10.00"), "indiquez un prix unitaire hors taxes."),
        (("works", "", "2", "300", "10.00"), "nommez cette ligne."),
        (("works", "Arbres", "0", "300", "10.00"), "écrivez une quantité plus grande que zéro."),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(case_in, bruno, sign_in, line, sentence):
    number = case_in("triaged").proposal.number

    page = sign_in(bruno).post(reverse("instruction:costing", args=[number]), lines(line))

    assert (page.status_code, Costing.objects.count()) == (422, 0)
    assert sentence in text(page)


def test_a_question_and_its_answer(case_in, bruno, sign_in, client):
    number = case_in("triaged").proposal.number
    asked = sign_in(bruno).post(reverse("instruction:question", args=[number]), {"text": "Combien de bancs ?"})
    client.logout()
    url = services.study.notifications.answer_path(Case.objects.get().questions.get())
    page = client.get(url)
    empty = client.post(url, {"answer": ""})
    answer = client.post(url, {"answer": "Quatre."})

    assert asked.status_code == 303
    assert "Combien de bancs ?" in text(page)
    assert "Votre réponse : écrivez votre réponse, même en quelques mots." in text(empty)
    assert answer.status_code == 303
    assert title(client.get(url)) == "Merci, votre réponse est bien arrivée."
    assert Case.objects.get().state == "under_review"


def test_a_forged_link_is_nothing(client, case_in):
    case_in("awaiting_owner")

    assert client.get(reverse("instruction:answer", args=["forged:token"])).status_code == 404


def test_an_answer_by_phone_is_written_down(case_in, bruno, sign_in):
    number = case_in("awaiting_owner").proposal.number

    answer = sign_in(bruno).post(reverse("instruction:record_answer", args=[number]), {"answer": "Quatre."})

    assert said(answer) == ["La réponse est notée\u00a0; l’étude du dossier BP26-0001 reprend."]


def test_a_case_is_a_404_for_another_department(case_in, bruno, sign_in, buildings):
    number = case_in("triaged", lead=buildings).proposal.number

    for name in ("case", "costing", "question"):
        assert sign_in(bruno).get(reverse(f"instruction:{name}", args=[number])).status_code == 404


def test_a_head_entrusts_a_case(case_in, helene, bruno, sign_in):
    case = case_in("triaged")

    answer = sign_in(helene).post(reverse("instruction:entrust", args=[case.proposal.number]), {"person": bruno.pk})

    assert said(answer) == ["Le dossier BP26-0001 est suivi par Bruno Martel."]
    assert case.assignments.get().person == bruno


def test_the_study_is_handed_in(case_in, bruno, sign_in, green_spaces, at):
    case = case_in("under_review")
    factory.give(case, at, green_spaces, verdict="unfavourable")

    answer = sign_in(bruno).post(reverse("instruction:complete", args=[case.proposal.number]))

    assert said(answer) == ["L’étude du dossier BP26-0001 est rendue."]


def test_a_refusal_says_which_parts_are_missing(case_in, paula, sign_in):
    number = case_in("reviewed").proposal.number

    page = sign_in(paula).post(
        reverse("instruction:decide", args=[number]), {"outcome": "unfeasible", "explanation": "La place est privée."}
    )

    assert page.status_code == 422
    assert "Motif du refus : choisissez le motif du règlement qui fonde le refus." in text(page)
    assert "Ce qu’elle peut faire maintenant : dites ce que le porteur peut faire maintenant." in text(page)
    assert "La place est privée.</textarea>" in text(page)


def test_political_reasons_are_offered_to_elected_members_only(case_in, paula, elias, sign_in):
    url = reverse("instruction:decide", args=[case_in("reviewed").proposal.number])

    assert "contrary_to_deliberated_policy" not in text(sign_in(paula).get(url))
    assert "contrary_to_deliberated_policy" in text(sign_in(elias).get(url))


def test_decide_then_publish(case_in, cycle, elias, paula, sign_in):
    number = case_in("reviewed").proposal.number
    decided = sign_in(elias).post(reverse("instruction:decide", args=[number]), {"outcome": "feasible"})
    client = sign_in(paula)
    preview = client.get(reverse("instruction:answers"))
    published = client.post(reverse("instruction:publish", args=[cycle.slug]))

    assert said(decided) == ["La réponse au dossier BP26-0001 est décidée."]
    assert title(preview) == "1 réponse prête à partir"
    assert "Décidé par Élias Ben Amar, élu·e" in text(preview)
    assert said(published)[-1] == "1 réponse est publiée et envoyée."


def test_publication_waits_for_the_last_decision(case_in, cycle, paula, sign_in):
    case_in("decided")
    case_in("reviewed", title="Un verger")
    client = sign_in(paula)

    page = client.get(reverse("instruction:answers"))
    refused = client.post(reverse("instruction:publish", args=[cycle.slug]))

    assert "Toutes les réponses partent ensemble : il reste à décider BP26-0002." in text(page)
    assert (refused.status_code, Case.objects.filter(state="published").count()) == (403, 0)


def test_the_sheet_is_ordered(case_in, bruno, sign_in):
    number = case_in("triaged").proposal.number

    answer = sign_in(bruno).post(reverse("instruction:sheet", args=[number]))

    assert answer.status_code == 303
    assert answer.url.startswith("/documents/")
