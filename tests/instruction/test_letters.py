"""Letters read aloud: their whole text."""

from __future__ import annotations

import pytest

from bp_platform.accounts.selectors import public_body
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from instruction import services
from instruction.models import Case

NB = "\u00a0"


@pytest.fixture(autouse=True)
def _reachable(green_spaces):
    green_spaces.phone = "02 47 00 00 12"
    green_spaces.save()


def letter(event: str) -> tuple[str, str]:
    return mail.letter(OutboxMessage.objects.get(event=event), public_body())


def test_a_refused_resident_understands_why_and_what_to_do(case_in, cycle, paula, at):
    services.reject(
        case_in("reviewed"),
        by=paula,
        at=at,
        reason="no_land_control",
        explanation="La place appartient à la copropriété du Marché.",
        next_step="Proposez l’idée à son assemblée générale : nous vous donnons le contact.",
    )
    services.publish_answers(cycle, by=paula, at=at)

    subject, body = letter("case_unfeasible")

    assert subject == f"Votre idée BP26-0001 n’est pas retenue{NB}: voici pourquoi"
    assert body.split("\n") == [
        "Bonjour,",
        "",
        f"Merci d’avoir proposé «{NB}Des bancs à l’ombre, place du Marché{NB}» (BP26-0001). Les services l’ont étudiée, "
        "et elle ne pourra pas être retenue cette fois-ci. Vous avez pris le temps de l’écrire"
        f"{NB}; nous vous devons une explication.",
        "",
        f"Pourquoi{NB}:",
        "La place appartient à la copropriété du Marché.",
        "",
        f"Ce que dit le règlement, article 3.5, «{NB}Ce qu’un projet doit être{NB}»{NB}: "
        "La commune ne maîtrise pas le terrain.",
        "http://testserver/2026/reglement/",
        "",
        f"Et maintenant{NB}:",
        "Proposez l’idée à son assemblée générale : nous vous donnons le contact.",
        "",
        "Cette réponse a été décidée par l’équipe participation. "
        "Les avis complets des services sont sur la page de votre idée.",
        "http://testserver/2026/projets/BP26-0001/",
    ]


def test_a_letter_names_who_studies_and_whom_to_call(case_in, bruno):
    case_in("triaged").assignments.update(person=bruno)
    services.ask_owner(Case.objects.get(), by=bruno, at=Case.objects.get().triaged_at, text="Combien de bancs ?")

    sent = mail.compose([OutboxMessage.objects.get(event="case_question")], public_body())

    assert "Bruno Martel, Direction des espaces verts" in sent.body
    assert "02 47 00 00 12" in sent.body
    assert "02 47 00 00 12" in sent.alternatives[0][0]


def test_a_feasible_idea_is_good_news(case_in):
    case_in("published")

    subject, body = letter("case_feasible")

    assert subject == f"Bonne nouvelle{NB}: votre idée BP26-0001 est réalisable"
    assert f"son coût à 13{NB}800{NB}€" in body.replace("\u202f", NB).replace("\n", " ")
    assert "http://testserver/2026/projets/BP26-0001/" in body


def test_changes_are_told_in_the_letter(case_in, cycle, paula, at):
    services.declare_feasible_with_changes(
        case_in("reviewed"), by=paula, at=at, changes="Deux bancs au lieu de quatre."
    )
    services.publish_answers(cycle, by=paula, at=at)

    subject, body = letter("case_feasible_with_changes")

    assert subject == "Votre idée BP26-0001 est réalisable, avec des changements"
    assert f"Ce qui change{NB}:\nDeux bancs au lieu de quatre.\n" in body


def test_a_question_is_answered_by_its_link(case_in):
    case_in("awaiting_owner")

    sent = mail.compose([OutboxMessage.objects.get(event="case_question")], public_body())

    assert sent.subject == "Une question sur votre idée BP26-0001"
    assert "\nCombien de bancs ?\n" in sent.body.replace(NB, " ")
    assert "http://testserver/suivi/question/" in sent.body


def test_on_paper_one_answers_by_post_or_phone(case_in):
    case_in("awaiting_owner")

    _subject, body = letter("case_question")

    assert "par retour de courrier, par téléphone" in body
    assert "suivi/question" not in body


def test_the_beginning_names_the_department_and_the_day(case_in):
    case_in("triaged")

    subject, body = letter("case_study_started")

    assert subject == "Votre idée BP26-0001 est à l’étude"
    assert f"étudiée par{NB}: Direction des espaces verts." in body.replace("\n", " ")
    assert "au plus tard le 30 mars 2026" in body.replace("\n", " ")
