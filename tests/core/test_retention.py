"""What is kept, and until when: the clock lets go of what the privacy page says it does."""

from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import ForeignKey

from bp_platform.accounts import erasure
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Invitation, User
from bp_platform.celery import app
from bp_platform.core import journal, registries, retention
from bp_platform.core.actors import CLOCK
from bp_platform.core.models import JournalEntry, RateCount
from bp_platform.core.relations import OURS
from bp_platform.documents import storage
from bp_platform.documents.models import FileKind, Job, StoredFile
from bp_platform.notifications.models import OutboxMessage
from cycles import services
from cycles.models import Cycle, CycleState, RulebookFollower
from proposals import services as proposal_services
from proposals.models import Follow, Owner, Stage
from tests.factories import cycles as cycle_factory
from tests.factories import meetings
from tests.factories import proposals as ideas
from tests.factories import realisation as works
from tests.people import BUILDER, make_user

DAY = timedelta(days=1)
YEAR = 365 * DAY


def reached() -> set[str]:
    """The names of those who may still be written to."""
    return set(Contact.objects.exclude(email="").values_list("name", flat=True))


def end(cycle, at, months: int = 0):
    """The edition ends; its règlement keeps contact details for so many months."""
    cycle_factory.adopt(cycle, {"retention": {"deposit_months": months}})
    with journal.transaction_with_journal():
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.CLOSED)
        journal.record(journal.Line(cycle.journal_chain, at, BUILDER, "close_cycle", cycle))


@pytest.fixture
def cycle(town, at):
    cycle_factory.no_reserve()
    return cycle_factory.cycle(at)


@pytest.fixture
def chloe_long_ago(db, at):
    """Chloé opened her account two years and a day ago, and never came back."""
    user = make_user("chloe", "Chloé", "Petit", date_joined=at - 2 * YEAR - DAY)
    accounts.prove_email(user, at=at - 2 * YEAR - DAY)
    return user


# --- what the page promises ------------------------------------------------------------------------------------------


def test_what_has_an_end_says_what_brings_it():
    for kept in registries.retentions:
        assert (kept.days is None) or (kept.forget is not None) != bool(kept.ended_by), kept.key


def test_whoever_may_be_written_to_is_known_to_the_clock():
    """An app that points to a contact says whom it still needs, or the clock would let go of them."""
    pointing = {
        model._meta.app_label
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Contact
    }

    assert pointing - {source.key for source in registries.personal_data if source.in_use} == {"accounts"} & pointing


def test_the_clock_runs_it_each_hour():
    assert {"task": "core.keep_times", "schedule": 3600.0} in app.conf.beat_schedule.values()


@pytest.mark.django_db
def test_one_class_that_fails_stops_no_other(at, monkeypatch, caplog):
    made: registries.Registry = registries.Registry("retentions")

    def fail(at):
        raise RuntimeError("no disk")

    for key, forget in (("first", fail), ("second", lambda at: 3), ("kept", None)):
        made.register(registries.Retention(key, key, 1, (), forget))
    monkeypatch.setattr(registries, "retentions", made)

    assert retention.keep_times(at) == {"second": 3}
    assert "« first » could not be let go" in caplog.text


# --- people ----------------------------------------------------------------------------------------------------------


def test_owners_are_reached_until_a_year_after_their_edition(cycle, at):
    proposal = ideas.published(at, cycle)
    Follow.objects.create(proposal=proposal, contact=meetings.contact("Moussa Diop"), since=at)
    RulebookFollower.objects.create(cycle=cycle, contact=meetings.contact("Inès Roux"), since=at)
    end(cycle, at + 3 * YEAR)

    retention.keep_times(at + 4 * YEAR - 2 * DAY)
    assert reached() == {"Aïcha Benali", "Moussa Diop", "Inès Roux"}

    gone = retention.keep_times(at + 4 * YEAR + DAY)

    assert gone["people"] == 3
    assert not (Follow.objects.exists() or RulebookFollower.objects.exists())
    assert Owner.objects.get().public_name == "Aïcha Benali"  # the sheet stays public
    assert set(Contact.objects.values_list("name", "erased_at")) == {("", at + 4 * YEAR + DAY)}
    line = JournalEntry.objects.filter(act="forget_contact").first()
    assert (line.actor_kind, line.chain) == (CLOCK.actor_kind, "house")
    assert retention.keep_times(at + 5 * YEAR)["people"] == 0


def test_a_follower_of_two_editions_is_told_of_the_one_that_goes_on(cycle, at):
    over = cycle_factory.cycle(at, slug="2024", prefix="BP24")
    ines = meetings.contact("Inès Roux")
    for edition in (over, cycle):
        Follow.objects.create(proposal=ideas.published(at, edition), contact=ines, since=at)
        RulebookFollower.objects.create(cycle=edition, contact=ines, since=at)
    end(over, at)

    gone = retention.keep_times(at + YEAR + DAY)

    assert (gone["ideas"], gone["rulebook_followers"]) == (1, 1)
    assert Follow.objects.get().proposal.cycle == RulebookFollower.objects.get().cycle == cycle
    assert "Inès Roux" in reached()


def test_the_reglement_says_how_many_months(cycle, at):
    ideas.published(at - 3 * YEAR, cycle)
    end(cycle, at, months=3)

    retention.keep_times(at + 80 * DAY)
    assert reached() == {"Aïcha Benali"}

    retention.keep_times(at + 100 * DAY)
    assert reached() == set()


def test_an_edition_that_goes_on_keeps_its_people(cycle, at):
    ideas.published(at, cycle)

    retention.keep_times(at + 6 * YEAR)

    assert reached() == {"Aïcha Benali"}


def test_a_project_still_built_keeps_its_people(cycle, at):
    proposal = ideas.published(at, cycle, stage=Stage.DELIVERY)
    Follow.objects.create(proposal=proposal, contact=meetings.contact("Moussa Diop"), since=at)
    end(cycle, at)

    retention.keep_times(at + 4 * YEAR)

    assert reached() == {"Aïcha Benali", "Moussa Diop"}
    assert Follow.objects.count() == 1


def test_a_member_leaves_a_name_where_they_let_it_be_published(cycle, at):
    body = meetings.body(at, cycle=cycle)
    meetings.member(at, body, "Hélène Roy", shows_name=True)
    meetings.member(at, body, "Karim Haddad", college=1)
    late = at + 4 * YEAR

    retention.keep_times(late)
    retention.keep_times(late + DAY)

    assert reached() == set()
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["", "Hélène Roy"]
    assert [member.public_name for member in body.members.order_by("pk")] == ["Hélène Roy", ""]
    assert JournalEntry.objects.filter(act="forget_contact").count() == 2


def test_a_message_that_waits_keeps_its_reader(town, at):
    contact = meetings.contact("Moussa Diop")
    OutboxMessage.objects.create(
        contact=contact, event="x", key="1", channel="email", next_try_at=at, created_at=at - 3 * YEAR
    )

    retention.keep_times(at)
    assert reached() == {"Moussa Diop"}

    OutboxMessage.objects.update(state="sent", sent_at=at - 2 * YEAR)
    retention.keep_times(at)
    assert reached() == set()
    assert not OutboxMessage.objects.exists()


def test_who_asked_about_the_works_is_reached_for_two_years(cycle, at):
    delivery = works.delivery(cycle_factory.cycle(at, open_phase="realisation", slug="2024", prefix="BP24"), at)
    asked = delivery.enquiries.create(
        author=meetings.contact("Moussa Diop"), public_name="Moussa", kind="question", text="Quand ouvre la fontaine ?",
        code_digest="d" * 64, received_at=at, due_on=at.date(), published_at=at, state="published",
    )  # fmt: skip

    retention.keep_times(at + 3 * YEAR)
    assert reached() >= {"Moussa Diop"}  # it waits for its answer

    asked.state, asked.answer, asked.answered_by, asked.answered_at = "answered", "En mai.", "Espaces verts", at
    asked.save()
    retention.keep_times(at + 2 * YEAR + DAY)

    asked.refresh_from_db()
    assert (asked.public_name, asked.author) == ("Moussa", None)
    assert "Moussa Diop" not in reached()


# --- accounts --------------------------------------------------------------------------------------------------------


def test_an_account_ends_two_years_after_the_last_visit_and_a_month_after_the_letter(town, chloe_long_ago, at):
    retention.keep_times(at)
    retention.keep_times(at + DAY)

    [letter] = mail.outbox
    assert letter.to == ["chloe@valrive.example"]
    assert letter.subject == "Votre compte sera effacé le 1 avril 2026 – Ville de Valrive-sur-Loire"
    assert "connectez-vous une fois avant ce jour" in letter.body
    assert User.objects.get(pk=chloe_long_ago.pk).erased_at is None

    retention.keep_times(at + 30 * DAY)

    user = User.objects.get(pk=chloe_long_ago.pk)
    assert (user.email, user.first_name, user.is_active, user.erased_at) == ("", "", False, at + 30 * DAY)
    assert not EmailAddress.objects.exists()
    assert reached() == set()
    assert JournalEntry.objects.filter(act="forget_account", actor_kind="clock").count() == 1
    assert len(mail.outbox) == 1


def test_the_letter_leaves_a_month_before(town, chloe_long_ago, at):
    User.objects.update(last_login=at - 2 * YEAR + 20 * DAY)

    retention.keep_times(at - 15 * DAY)
    assert mail.outbox == []

    retention.keep_times(at)
    assert "le 1 avril 2026" in mail.outbox[0].subject


def test_who_comes_back_keeps_the_account(town, chloe_long_ago, at):
    retention.keep_times(at)
    User.objects.update(last_login=at + 10 * DAY)

    retention.keep_times(at + YEAR)

    assert User.objects.get().erased_at is None
    retention.keep_times(at + 2 * YEAR + 11 * DAY)
    assert len(mail.outbox) == 2  # told again, from that visit
    assert User.objects.get().erased_at is None


def test_a_letter_that_cannot_leave_keeps_the_account(town, chloe_long_ago, at, monkeypatch):
    def down(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", down)
        retention.keep_times(at)
        retention.keep_times(at + 40 * DAY)
    assert User.objects.get().erased_at is None

    retention.keep_times(at + 41 * DAY)
    assert len(mail.outbox) == 1

    User.objects.update(last_login=at + 50 * DAY)  # back; the letter of then counts no more
    monkeypatch.setattr(mail.EmailMessage, "send", down)
    retention.keep_times(at + 3 * YEAR)
    assert User.objects.get().erased_at is None


def test_a_role_or_an_idea_keeps_the_account(town, paula, chloe_long_ago, cycle, at):
    User.objects.filter(pk=paula.pk).update(date_joined=at - 3 * YEAR, last_login=None)
    proposal = ideas.published(at, cycle)
    Owner.objects.filter(proposal=proposal).update(contact=chloe_long_ago.contacts.get())

    retention.keep_times(at + 3 * YEAR)
    retention.keep_times(at + 4 * YEAR)

    assert not User.objects.exclude(erased_at=None).exists()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_who_is_named_while_the_clock_passes_is_kept(cycle, at):
    """Somebody follows a project with a known address at the moment the clock lets go of that address."""
    proposal = ideas.published(at, cycle)
    contact = Contact.objects.create(email="moussa@valrive.example")
    let_go = threading.Thread(target=_pass_by, args=(at,))

    with transaction.atomic():
        follow = proposal_services.follow_as(proposal, email="moussa@valrive.example", at=at)
        let_go.start()
        let_go.join(0.5)  # it waits for us
        assert let_go.is_alive()
    let_go.join(20)

    assert follow.contact == contact
    assert Contact.objects.get(pk=contact.pk).email == "moussa@valrive.example"


def _pass_by(at):
    try:
        retention.keep_times(at)
    finally:
        connection.close()


def test_who_comes_back_while_the_clock_passes_is_asked_again(town, chloe_long_ago, at):
    """The list was read, then Chloé signed in: her row is asked again once it is held."""
    assert erasure._let_account_go(chloe_long_ago.pk, at) == 0
    assert User.objects.get().erased_at is None


# --- things ----------------------------------------------------------------------------------------------------------


def test_codes_sessions_and_counts_go(ada, at):
    invited = accounts.create_staff_account(
        by=ada, at=at, username="karim", first_name="Karim", last_name="Haddad", email="karim@valrive.example"
    )
    store = import_module("django.contrib.sessions.backends.db").SessionStore
    old = store()
    old["a"] = 1
    old.set_expiry(-1)
    old.save()
    RateCount.objects.create(key="k", window=at - 2 * DAY, count=1)

    retention.keep_times(at + DAY)
    assert Invitation.objects.get().code_hash
    retention.keep_times(at + 8 * DAY)

    assert Invitation.objects.get().code_hash == ""
    assert Invitation.objects.get().user == invited.user  # the desk still sees an invitation without an answer
    assert not store.get_model_class().objects.exists()
    assert not RateCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_documents_go_after_thirty_days_with_their_files(paula, at):
    kept = storage.keep(b"%PDF-1.7", kind=FileKind.REPORT, name="n.pdf", content_type="application/pdf", at=at)
    facts = {"kind": "note", "created_at": at, "data_hash": uuid4().hex}
    Job.objects.create(state="done", progress=100, result=kept, finished_at=at, **facts)
    Job.objects.create(**facts | {"data_hash": uuid4().hex})  # still waits

    assert retention.keep_times(at + 29 * DAY)["jobs"] == 0
    assert default_storage.exists(kept.path)
    assert retention.keep_times(at + 30 * DAY)["jobs"] == 1

    assert not default_storage.exists(kept.path)
    assert (Job.objects.count(), StoredFile.objects.count()) == (1, 0)


def test_messages_go_a_year_after_they_left(town, at):
    contact = meetings.contact("Moussa Diop")
    for key, facts in {
        "left": {"state": "sent", "sent_at": at - YEAR},
        "late": {"state": "sent", "sent_at": at - YEAR + DAY},
        "trouble": {"state": "failed", "error": "Boîte pleine."},
        "dropped": {"state": "cancelled"},
    }.items():
        OutboxMessage.objects.create(
            contact=contact, event="x", key=key, channel="email", next_try_at=at, created_at=at - 2 * YEAR, **facts
        )

    assert retention.keep_times(at)["outbox"] == 2

    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"late", "trouble"}


def test_an_edition_closed_by_nobody_is_never_over(cycle, at):
    ideas.published(at, cycle)
    Cycle.objects.update(state=CycleState.CLOSED)  # no line says when

    retention.keep_times(at + 9 * YEAR)

    assert reached() == {"Aïcha Benali"}
    assert services.forget_followers(at + 9 * YEAR) == 0
