"""Residents asked about open settings: one answer per browser, sheets by hand, decided, published, then adopted."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.test import Client

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.core.tasks import keep_times
from cycles import selectors, services
from cycles.models import Consultation, ConsultationAnswer, PaperAnswers, RemarkState
from cycles.services import Question
from tests.factories import cycles as factory
from tests.reading import Page

pytestmark = pytest.mark.django_db

DESK = "/bureau/editions/2026/adoption/consultation/"
PAGE = "/2026/reglement/avis/"
CHOICES = Question("ballot.maximum_choices", "Combien de projets chacun choisit-il ?", ((3, "3"), (5, "5"), (10, "10")))
AGE = Question("electorate.minimum_age", "À quel âge peut-on voter ?", ((0, "À tout âge"), (16, "16 ans")))


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(at):
    """An edition during its call; nothing of the vote is frozen."""
    return factory.read_warnings(factory.cycle(at, open_phase="call"), at)


@pytest.fixture
def draft(cycle, paula, at):
    return services.start_draft(cycle, by=paula, at=at)


@pytest.fixture
def consultation(draft, paula, at):
    """Open since an hour, for two weeks."""
    before = at - timedelta(hours=2)
    return services.prepare_consultation(
        draft, by=paula, at=before, opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=14),
        questions=[CHOICES, AGE], intro="Dites-nous.",
    )  # fmt: skip


def fields(consultation):
    choices, age = consultation.parameters.order_by("pk")
    return f"q_{choices.pk}", f"q_{age.pk}"


def last_act(cycle):
    return JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("-position").first().act


def totals(consultation):
    return [[option.total for option in count.options] for count in selectors.question_counts(consultation)]


def test_the_team_opens_settings_as_questions(cycle, draft, paula, sign_in):
    client = sign_in(paula)
    page = client.get(DESK).content.decode()
    assert (
        'value="ballot.maximum_choices"' in page and 'value="proposers.minimum_age"' not in page
    )  # frozen by the call
    asked = client.get(DESK, {"reglage": ["ballot.maximum_choices", "nowhere.x"]}).content.decode()
    assert "Dans le projet\u00a0: 5\u00a0projets." in asked

    data = {
        "reglage": ["ballot.maximum_choices"], "opens_on": "2026-03-10", "closes_on": "2026-03-24", "intro": "",
        "question_0": "Combien de projets ?", "options_0": "3\n5\n10",
    }  # fmt: skip
    one = client.post(DESK, data | {"options_0": "3"})
    assert one.status_code == 422 and "crivez de deux à cinq réponses" in one.content.decode()
    assert client.post(DESK, data).status_code == 303

    made = Consultation.objects.get()
    assert [option["label"] for option in made.parameters.get().options] == ["3", "5", "10"]
    assert (last_act(cycle), client.get(PAGE).status_code) == ("prepare_consultation", 404)
    changed = client.post(DESK, data | {"question_0": "Combien, au plus ?"})
    assert changed.status_code == 303
    assert made.parameters.get().question == "Combien, au plus ?"
    assert client.post(f"{DESK}annuler/").status_code == 303
    assert not Consultation.objects.exists()
    assert last_act(cycle) == "cancel_consultation"


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ([], "Ouvrez au moins un réglage"),
        ([Question("ballot.nowhere", "?", ((1, "1"), (2, "2")))], "Ce réglage n’existe pas"),
        ([Question("ballot.kind", "Ça ?", ((1, "1"),))], "proposez de 2 à 5 réponses"),
        ([Question("ballot.kind", "Ça ?", ((1, "oui"), (2, "oui")))], "deux réponses sont les mêmes"),
    ],
)
def test_a_question_badly_put_is_refused(draft, paula, at, questions, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.prepare_consultation(
            draft, by=paula, at=at, opens_at=at, closes_at=at + timedelta(days=1), questions=questions
        )


def test_a_frozen_setting_is_not_put_to_residents(cycle, draft, paula, at):
    services.freeze_sections(cycle, at=at)
    question = Question("proposers.minimum_age", "Quel âge ?", ((0, "0"), (7, "7")))

    with pytest.raises(Refused, match="L’article 2 .* est figé"):
        services.prepare_consultation(
            draft, by=paula, at=at, opens_at=at, closes_at=at + timedelta(days=1), questions=[question]
        )


def test_a_resident_answers_without_account_and_may_change_their_mind(cycle, consultation):
    aicha, chloe, (choices, age) = Client(), Client(), fields(consultation)
    assert "Donnez votre avis" in aicha.get("/2026/reglement/").content.decode()

    first = aicha.post(PAGE, {choices: "0", age: "1", "remark": "Trois, c’est assez."})
    assert first.status_code == 303
    assert "vous avez déjà répondu" in aicha.get(PAGE).content.decode().lower()
    aicha.post(PAGE, {choices: "1", "remark": "Trois, c’est assez."})
    chloe.post(PAGE, {choices: "1"})

    assert totals(consultation) == [[0, 2, 0], [0, 0]]
    assert ConsultationAnswer.objects.count() == 2
    assert selectors.remarks(consultation, RemarkState.WAITING)[0][1] == "Trois, c’est assez."
    assert "q_" in first.request["PATH_INFO"] or not JournalEntry.objects.filter(act__contains="answer").exists()


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({}, 422, "Répondez à une question au moins"),
        ({"CHOICES": "7"}, 422, "hoisissez l’une des réponses proposées."),
        ({"remark": "x" * 1001}, 422, "1000"),
        ({"CHOICES": "1", "site": "http://robot"}, 200, "qu’en pensez-vous"),
    ],
)
def test_what_is_no_answer_is_refused_and_counts_nothing(consultation, client, data, status, sentence):
    choices, _age = fields(consultation)
    answer = client.post(PAGE, {name.replace("CHOICES", choices): value for name, value in data.items()})

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert totals(consultation) == [[0, 0, 0], [0, 0]]


def test_a_form_shown_before_the_closing_is_refused_after_it_and_keeps_its_words(consultation, client, time_machine):
    choices, _age = fields(consultation)
    time_machine.move_to(consultation.closes_at, tick=False)

    late = client.post(PAGE, {choices: "1", "remark": "Trop tard ?"})

    assert late.status_code == 422
    assert "La consultation est close depuis le" in late.content.decode()
    assert "Trop tard ?" in late.content.decode()
    assert "La consultation est close" in client.get(PAGE).content.decode()


def test_sheets_are_counted_by_hand_once_and_may_be_taken_back(cycle, consultation, paula, sign_in):
    client, key = sign_in(paula), str(uuid4())
    choices, _age = consultation.parameters.order_by("pk")
    data = {"acte": "feuilles", "place": "Marché", "on_date": "2026-03-01", "sheets": "20", "key": key}
    numbers = {f"n_{choices.pk}_0": "12", f"n_{choices.pk}_1": "5"}

    too_many = client.post(DESK, data | {f"n_{choices.pk}_0": "21"})
    assert too_many.status_code == 422
    assert "21 réponses pour 20 feuilles, recomptez." in too_many.content.decode()
    for _twice in range(2):
        assert client.post(DESK, data | numbers).status_code == 303
    assert totals(consultation)[0] == [12, 5, 0]
    assert (last_act(cycle), selectors.participation(consultation)) == ("enter_paper_answers", (0, 20))

    client.post(DESK, {"acte": f"retirer-{PaperAnswers.objects.get().pk}"})
    assert totals(consultation)[0] == [0, 0, 0]
    assert last_act(cycle) == "withdraw_paper_answers"
    client.post(DESK, {"acte": "retirer-999"})
    client.post(DESK, {"acte": "n’importe-quoi"})


def test_remarks_are_read_before_they_are_published(consultation, paula, sign_in, at, time_machine):
    for text in ("Plus de bancs.", "Insulte."):
        Client().post(PAGE, {"remark": text})
    first, second = ConsultationAnswer.objects.order_by("pk")
    client = sign_in(paula)
    read = Page(client.get(DESK)).all("input", name="lu")[0].get("value")
    ConsultationAnswer.objects.filter(pk=first.pk).update(remark="Changée depuis.")
    assert "relisez-la" in Page(client.post(DESK, {"acte": f"montrer-{first.pk}", "lu": read}, follow=True)).text
    ConsultationAnswer.objects.filter(pk=first.pk).update(remark="Plus de bancs.")
    client.post(DESK, {"acte": f"montrer-{first.pk}", "lu": read})
    client.post(DESK, {"acte": f"garder-{second.pk}"})
    assert last_act(consultation.cycle) == "keep_remark"
    publish(consultation, paula, time_machine)

    page = Client().get(PAGE).content.decode()
    assert "Plus de bancs." in page and "Insulte." not in page


def publish(consultation, by, time_machine):
    after = consultation.closes_at + timedelta(hours=1)
    time_machine.move_to(after, tick=False)
    for parameter in consultation.parameters.order_by("pk"):
        services.decide_parameter(parameter, by=by, at=after, decided="Trois", why="Le plus demandé.")
    return services.publish_consultation(consultation, by=by, at=after)


def test_results_are_published_with_what_was_decided_and_only_then_adopted(
    cycle, draft, consultation, paula, sign_in, time_machine, at
):
    choices, age = fields(consultation)
    Client().post(PAGE, {choices: "0", age: "0"})
    parameter = consultation.parameters.order_by("pk").first()
    with pytest.raises(Refused, match="attendez sa clôture pour décider"):
        services.decide_parameter(parameter, by=paula, at=at, decided="3", why="x")
    with pytest.raises(Refused, match="publiez ses résultats avant l’adoption"):
        services.adopt_rulebook(draft, by=paula, at=at, resolution="D1")
    with pytest.raises(Refused, match="attendez sa clôture, ou annulez-la"):
        services.withdraw_rulebook(draft, by=paula, at=at, reason="x")

    time_machine.move_to(consultation.closes_at + timedelta(hours=1), tick=False)
    client = sign_in(paula)
    assert "Il reste 2 questions à décider." in client.get(DESK).content.decode()
    assert "Trois" not in Client().get(PAGE).content.decode()  # nothing before the publication
    empty = client.post(DESK, {"acte": f"decider-{parameter.pk}", f"p{parameter.pk}-decided": "Trois"})
    assert "ites pourquoi." in empty.content.decode()
    for p in consultation.parameters.order_by("pk"):
        client.post(DESK, {"acte": f"decider-{p.pk}", f"p{p.pk}-decided": "Trois", f"p{p.pk}-why": "Le plus demandé."})
    assert client.post(DESK, {"acte": "publier"}).status_code == 303

    assert last_act(cycle) == "publish_consultation"
    page = Client().get(PAGE).content.decode()
    assert re.search(r"Retenu\s*:\s*Trois", page) and "Le plus demandé." in page and "100\u00a0%" in page
    assert "Ce que les habitant·es ont répondu" in Client().get("/2026/reglement/").content.decode()
    with pytest.raises(Refused, match="déjà publiés"):
        services.publish_consultation(consultation, by=paula, at=at)
    with pytest.raises(Refused, match="la décision ne change plus"):
        services.decide_parameter(parameter, by=paula, at=consultation.closes_at, decided="3", why="x")
    with pytest.raises(Refused, match="on n’y ajoute plus"):
        services.withdraw_paper(paper(consultation, at), by=paula, at=at)


def paper(consultation, at):
    return PaperAnswers.objects.create(
        consultation=consultation, place="x", on_date=at.date(), sheets=1, counts={}, entered_at=at
    )


def test_what_has_been_answered_is_not_cancelled(consultation, paula, sign_in):
    choices, _age = fields(consultation)
    Client().post(PAGE, {choices: "0"})

    answer = sign_in(paula).post(f"{DESK}annuler/", follow=True)

    assert "Des réponses sont déjà arrivées" in answer.content.decode()
    assert Consultation.objects.exists()


def test_remarks_are_erased_a_year_after_and_the_counts_stay(consultation, time_machine):
    choices, _age = fields(consultation)
    Client().post(PAGE, {choices: "0", "remark": "Plus de bancs."})
    time_machine.move_to(consultation.closes_at + timedelta(days=367), tick=False)

    keep_times()
    keep_times()

    assert not ConsultationAnswer.objects.exclude(remark="").exists()
    assert totals(consultation)[0] == [1, 0, 0]


@pytest.mark.parametrize("number", [1, 3])
def test_the_results_ask_as_much_for_three_remarks_as_for_one(
    consultation, paula, time_machine, django_assert_num_queries, number, at
):
    for n in range(number):
        answer = services.answer_consultation(consultation, at=at, browser=f"b{n}", choices={}, remark=f"Remarque {n}")
        services.moderate_remark(answer, by=paula, at=at, is_shown=True)
    publish(consultation, paula, time_machine)
    client = Client()
    client.get(PAGE)

    with django_assert_num_queries(8):
        page = client.get(PAGE).content.decode()

    assert page.count("<blockquote>") == number


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_answered", [False, True])
def test_one_browser_answering_twice_at_once_is_one_answer(consultation, at, has_answered):
    start, said = threading.Barrier(2), []
    if has_answered:
        services.answer_consultation(consultation, at=at, browser="same", choices={"ballot.maximum_choices": 0})

    def answer():
        try:
            start.wait(timeout=20)
            services.answer_consultation(consultation, at=at, browser="same", choices={"ballot.maximum_choices": 1})
            said.append("fait")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert said == ["fait", "fait"]
    assert totals(consultation)[0] == [0, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_cancelling_waits_for_an_answer_on_its_way(consultation, paula, at):
    answered = threading.Event()

    def answer():
        try:
            with transaction.atomic():
                services.answer_consultation(consultation, at=at, browser="a", choices={"ballot.maximum_choices": 1})
                answered.set()
                time.sleep(0.5)
        finally:
            connections.close_all()

    thread = threading.Thread(target=answer)
    thread.start()
    assert answered.wait(timeout=20)
    with pytest.raises(Refused, match="Des réponses sont déjà arrivées"):
        services.cancel_consultation(consultation, by=paula, at=at)
    thread.join(timeout=20)

    assert totals(consultation)[0] == [0, 1, 0]


def test_residents_are_asked_before_the_edition_is_public(paula, at, sign_in):
    """The usual moment: the règlement is still a draft, nothing else of the edition is to be seen."""
    cycle = services.create_empty(by=paula, at=at, title="Édition 2027", slug="2027", number_prefix="BP27")
    address = "/2027/reglement/avis/"
    services.prepare_consultation(
        selectors.open_draft(cycle), by=paula, at=at - timedelta(days=2), opens_at=at - timedelta(hours=1),
        closes_at=at + timedelta(days=9), questions=[CHOICES],
    )  # fmt: skip
    visitor = Client()
    assert f'href="{address}"' in visitor.get("/editions/").content.decode()

    page = visitor.get(address)
    parameter = cycle.consultations.get().parameters.get()
    assert visitor.post(address, {f"q_{parameter.pk}": "2"}).status_code == 303
    assert totals(cycle.consultations.get()) == [[0, 0, 1]]
    links = {link for link in re.findall(r'href="(/[^"#]*)"', page.content.decode()) if not link.startswith("/static")}
    assert {link for link in links if visitor.get(link).status_code == 404} == set()
    assert visitor.get("/2027/").status_code == 404

    services.set_hidden(cycle, by=paula, at=at, is_hidden=True, reason="x")
    assert visitor.get(address).status_code == 404
