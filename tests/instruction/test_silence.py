"""An owner who does not answer: the règlement's delay, then the study goes on; a late answer is still read."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bp_platform.accounts.selectors import public_body
from bp_platform.core.components import Event
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from instruction import notifications, selectors, services
from instruction.models import Case, Question
from proposals.models import Proposal
from tests.factories import cycles as rulebooks
from tests.factories import instruction as factory
from tests.reading import Page, plain

DAY = timedelta(days=1)


@pytest.fixture
def question(cycle, case_in, bruno, at):
    """Bruno asks on 2 March; the règlement leaves ten days."""
    rulebooks.adopt(cycle, {"study": {"owner_answer_days": 10}})
    return services.ask_owner(case_in("triaged"), by=bruno, at=at, text="Combien de bancs ?", is_public=True)


def test_the_letter_says_the_day(question):
    assert question.due_on == date(2026, 3, 12)
    sent = mail.compose([OutboxMessage.objects.get(event="case_question")], public_body())
    assert "Votre réponse est attendue jusqu’au 12 mars 2026" in " ".join(sent.body.split())


def test_without_a_written_delay_nobody_is_hurried(case_in, bruno, at):
    question = case_in("awaiting_owner").questions.get()

    assert (question.due_on, question.patient_until) == (None, date(2026, 4, 1))
    sent = mail.compose([OutboxMessage.objects.get(event="case_question")], public_body())
    assert "Prenez le temps qu’il vous faut" in " ".join(sent.body.split())
    with pytest.raises(Refused, match="jusqu’au 1er avril 2026"):
        services.resume_without_answer(question.case, by=bruno, at=at + 30 * DAY)
    services.resume_without_answer(question.case, by=bruno, at=at + 31 * DAY)


def test_the_study_goes_on_once_the_delay_is_over(question, bruno, at):
    with pytest.raises(Refused, match="Le porteur a jusqu’au 12 mars 2026 pour répondre"):
        services.resume_without_answer(question.case, by=bruno, at=at + 10 * DAY)

    services.resume_without_answer(question.case, by=bruno, at=at + 11 * DAY)

    question.refresh_from_db()
    assert (question.case.state, question.resumed_at, question.answered_at) == ("under_review", at + 11 * DAY, None)
    line = JournalEntry.objects.order_by("pk").last()
    assert (line.act, line.from_state, line.to_state, line.rule) == (
        "resume_without_answer", "awaiting_owner", "under_review", "art. 5",
    )  # fmt: skip
    sent = mail.compose([OutboxMessage.objects.get(event="case_resumed")], public_body())
    assert sent.subject == "L’étude de votre idée BP26-0001 reprend"
    assert "Vous pouvez encore répondre" in sent.body
    assert "/suivi/question/" in sent.body
    with pytest.raises(Refused, match="On ne peut pas reprendre l’étude sans réponse"):
        services.resume_without_answer(question.case, by=bruno, at=at + 12 * DAY)
    assert OutboxMessage.objects.filter(event="case_resumed").count() == 1


def test_a_stranger_or_another_department_does_not_resume(question, chloe, at):
    with pytest.raises(Refused, match="Seules les directions chargées du dossier BP26-0001"):
        services.resume_without_answer(question.case, by=chloe, at=at + 20 * DAY)


def test_the_team_may_resume(question, paula, at):
    services.resume_without_answer(question.case, by=paula, at=at + 20 * DAY)
    assert JournalEntry.objects.order_by("pk").last().role == "participation"


def test_the_departments_clock_runs_again(question, bruno, green_spaces, at):
    due = Case.objects.get().assignments.get().due_on
    services.resume_without_answer(question.case, by=bruno, at=at + 15 * DAY)

    [part] = selectors.parts_of([green_spaces.pk], at + 40 * DAY)

    assert part.due_on == due + 15 * DAY


def test_the_queue_says_that_nobody_answered(question, green_spaces, at):
    def words(day):
        return " ".join(cell.text for row in selectors.part_rows(selectors.parts_of([green_spaces.pk], day), day) for cell in row.cells)  # fmt: skip

    assert "en attente du porteur" in words(at + 10 * DAY)
    assert "sans réponse du porteur" in words(at + 11 * DAY)


def test_a_late_answer_joins_the_case_and_changes_no_state(question, bruno, at, client):
    services.resume_without_answer(question.case, by=bruno, at=at + 11 * DAY)
    url = notifications.answer_path(question)

    page = client.get(url)
    assert "L’étude a repris sans votre réponse." in Page(page).text
    assert Page(page).all("textarea", name="answer")
    answer = client.post(url, {"answer": "Quatre."})

    assert answer.status_code == 303
    assert Page(client.get(url)).heading == "Merci, votre réponse est bien arrivée."
    assert "Elle est jointe au dossier" in Page(client.get(url)).text
    question.refresh_from_db()
    assert (question.answer, question.case.state) == ("Quatre.", "under_review")
    line = JournalEntry.objects.order_by("pk").last()
    assert (line.act, line.role, line.from_state) == ("answer_late", "owner", "")
    with pytest.raises(Refused, match="Cette question a déjà reçu sa réponse"):
        services.answer_question(question, by=factory.HAND, at=at + 400 * DAY, answer="Cinq.")


def test_after_the_decision_a_late_answer_is_no_use(question, bruno, green_spaces, at):
    services.resume_without_answer(question.case, by=bruno, at=at + 11 * DAY)
    case = Case.objects.get()
    factory.give(case, at, green_spaces)
    price = {"lines": factory.lines(), "confidence_percent": 15, "price_on": date(2026, 1, 1)}
    services.set_costing(case, by=factory.HAND, at=at, department=green_spaces, **price)
    services.complete_review(case, by=factory.HAND, at=at)
    services.declare_feasible(case, by=factory.HAND, at=at)

    with pytest.raises(Refused, match="La décision sur l’idée BP26-0001 est prise"):
        services.answer_question(question, by=factory.HAND, at=at + 12 * DAY, answer="Quatre.")


def test_another_question_may_follow_and_the_late_answer_finds_its_own(question, bruno, at):
    services.resume_without_answer(question.case, by=bruno, at=at + 11 * DAY)
    second = services.ask_owner(Case.objects.get(), by=bruno, at=at + 12 * DAY, text="Et où ?")

    services.answer_question(question, by=factory.HAND, at=at + 13 * DAY, answer="Quatre.")

    second.refresh_from_db()
    assert (second.is_waiting, second.case.state) == (True, "awaiting_owner")


def test_the_history_tells_it(question, bruno, at):
    services.resume_without_answer(question.case, by=bruno, at=at + 11 * DAY)
    services.answer_question(question, by=factory.HAND, at=at + 12 * DAY, answer="Quatre.")

    study = selectors.public_study(Proposal.objects.select_related(*selectors.JOINED).get())

    assert study.events[-2:] == [
        Event(date(2026, 3, 13), "Étude reprise, sans réponse du porteur dans le délai"),
        Event(date(2026, 3, 14), "Réponse du porteur", text="Quatre."),
    ]


def test_the_desk_waits_then_resumes(question, bruno, sign_in, time_machine, at):
    case_url, resume_url = (reverse(f"instruction:{name}", args=["BP26-0001"]) for name in ("case", "resume"))
    time_machine.move_to(at + 5 * DAY, tick=False)
    browser = sign_in(bruno)
    early = browser.get(case_url)
    assert "réponse attendue jusqu’au 12 mars" in Page(early).text
    assert "l’étude reprend avec sa réponse, ou sans elle après" in Page(early).text
    assert browser.post(resume_url).status_code == 403
    assert Case.objects.get().state == "awaiting_owner"

    browser.logout()
    time_machine.move_to(at + 11 * DAY, tick=False)
    done = sign_in(bruno).post(resume_url)

    [message] = get_messages(done.wsgi_request)
    assert plain(str(message)) == "L’étude du dossier BP26-0001 reprend sans réponse ; le porteur en est prévenu."
    later = Page(sign_in(bruno).get(case_url)).text
    assert "l’étude a repris le 13 mars" in later
    assert "Noter une réponse tardive" in later


def test_the_rows_hold_it(question, at):
    with pytest.raises(IntegrityError, match="question_one_open_per_case"), transaction.atomic():
        Question.objects.create(case=question.case, text="Et où ?", asked_at=at)
    with pytest.raises(IntegrityError, match="question_resumed_before_a_late_answer"), transaction.atomic():
        Question.objects.update(resumed_at=at + 5 * DAY, answered_at=at + DAY, answer="Quatre.")


@pytest.mark.django_db(transaction=True)
def test_the_answer_and_the_resuming_at_the_same_moment(question, bruno, at):
    """Whichever comes first, the answer is kept and the study goes on once."""
    ended: list[str] = []

    def run(act):
        try:
            act()
        except Refused as refusal:
            ended.append(str(refusal.decision.reason))
        finally:
            connection.close()

    later = at + 11 * DAY
    acts = (
        lambda: services.answer_question(question, by=factory.HAND, at=later, answer="Quatre."),
        lambda: services.resume_without_answer(question.case, by=bruno, at=later),
    )
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    question.refresh_from_db()
    assert (question.answer, question.case.state) == ("Quatre.", "under_review")
    assert len(ended) == (0 if question.resumed_at else 1)
