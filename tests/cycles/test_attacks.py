"""What the règlement and the desk hold against: two officers at once, a stale page, a forged number, a replayed post."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction

from bp_platform.core.decisions import Refused, no
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.models import Cycle, CycleState, Diagnosis, Phase, RulebookVersion, SectionFreeze
from tests.factories import cycles as factory
from tests.people import BUILDER

pytestmark = pytest.mark.django_db

DESK = "/bureau/editions/2026/"


@pytest.fixture(autouse=True)
def _today(at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(town, at):
    """A public edition during its call, version 1 adopted; every warning read."""
    return factory.read_warnings(factory.cycle(at, open_phase="call"), at)


@pytest.fixture
def prepared(cycle):
    """The same edition as it was before its publication: its call has a date that is past, nothing opened."""
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PREPARED)
    return Cycle.objects.get(pk=cycle.pk)


def lines(cycle, act: str) -> int:
    return JournalEntry.objects.filter(chain=cycle.journal_chain, act=act).count()


def write(version, by, at, **values):
    shown = {name: selectors.rules_in(version).model_dump(mode="json")["proposers"][name] for name in values}
    return services.edit_rulebook(version, by=by, at=at, written={"proposers": values}, shown={"proposers": shown})


def at_once(*acts) -> list[str]:
    """What each of them says, sorted, when they start together on connections of their own."""
    start, said = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=20)
            act()
            said.append("fait")
        except Refused as error:
            said.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_an_edition_in_preparation_freezes_nothing_until_it_is_published(prepared, paula, at):
    draft = services.start_draft(prepared, by=paula, at=at)

    write(draft, paula, at, minimum_age=14)

    assert not SectionFreeze.objects.exists()
    public = services.publish_cycle(prepared, by=paula, at=at)
    assert "proposers" in {freeze.section for freeze in services.freeze_sections(public, at=at)}


def test_a_page_shown_before_the_publication_writes_nothing_that_has_opened_since(prepared, paula, at):
    draft = services.start_draft(prepared, by=paula, at=at)
    stale = RulebookVersion.objects.select_related("cycle").get(pk=draft.pk)
    services.publish_cycle(prepared, by=paula, at=at)
    assert stale.cycle.state == CycleState.PREPARED

    with pytest.raises(Refused, match="L’article 2 .* est figé"):
        write(stale, paula, at, minimum_age=14)
    draft.refresh_from_db()
    assert selectors.rules_in(draft).proposers.minimum_age == 0


def test_replayed_posts_are_one_act_and_forged_numbers_find_nothing(cycle, paula, at, sign_in):
    draft = services.start_draft(cycle, by=paula, at=at)
    client, facts = sign_in(paula), {"resolution": "2026-31", "resolution_on": "2026-03-01"}

    answers = [client.post(f"{DESK}adoption/", facts).status_code for _twice in range(2)]

    assert answers == [303, 422]
    assert "Aucun projet n’attend d’adoption" in client.post(f"{DESK}adoption/", facts).content.decode()
    assert lines(cycle, "adopt_rulebook") == 1
    other = factory.cycle(at - timedelta(days=900), slug="2024", prefix="BP24")
    foreign = services.start_draft(other, by=paula, at=at)
    services.draft_rulebook(other, by=BUILDER, at=at, values=foreign.values)
    for address in (
        f"{DESK}adoption/999/retirer/", f"{DESK}adoption/3/retirer/", "/2026/reglement/versions/v999/",
        "/2026/reglement/versions/v1-v999/", "/2026/reglement/versions/v0/", "/2026/reglement/depuis/nulle-part/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert draft.number == 2


def test_a_freeze_is_for_good_even_by_sql(cycle, at):
    services.freeze_sections(cycle, at=at)
    version = factory.next_version(cycle)
    version.save()
    for change in ({"version": version}, {"section": "evaluation"}, {"frozen_at": at - timedelta(days=99)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SectionFreeze.objects.filter(cycle=cycle, section="proposers").update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SectionFreeze.objects.filter(cycle=cycle).delete()


def test_nothing_is_adopted_while_residents_are_asked(cycle, paula, at, sign_in):
    draft = services.start_draft(cycle, by=paula, at=at)
    question = services.Question("ballot.maximum_choices", "Combien de projets choisir ?", ((3, "3"), (5, "5")))
    services.prepare_consultation(
        draft, by=paula, at=at, opens_at=at, closes_at=at + timedelta(days=20), questions=[question]
    )

    page = sign_in(paula).post(f"{DESK}adoption/", {"resolution": "2026-31", "resolution_on": "2026-03-01"})

    assert page.status_code == 422
    assert lines(cycle, "adopt_rulebook") == 0
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.django_db(transaction=True)
def test_two_officers_launch_at_once_and_one_publishes(prepared, paula, ada, at):
    factory.read_warnings(prepared, at)
    Cycle.objects.filter(pk=prepared.pk).update(contact="Mairie", promise="On réalise")

    said = at_once(*(lambda by=by: services.publish_cycle(prepared, by=by, at=at) for by in (paula, ada)))

    assert said[-1] == "fait"
    assert "l’état actuel est « publique »" in said[0]
    assert lines(prepared, "publish_cycle") == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_waited_for_the_publication_finds_what_it_froze(prepared, paula, at):
    draft = services.start_draft(prepared, by=paula, at=at)
    stale, said = RulebookVersion.objects.select_related("cycle").get(pk=draft.pk), []

    def edit():
        try:
            write(stale, paula, at, minimum_age=14)
            said.append("fait")
        except Refused as error:
            said.append(str(error))
        finally:
            connections.close_all()

    thread = threading.Thread(target=edit)
    with transaction.atomic():
        services.publish_cycle(prepared, by=paula, at=at)
        thread.start()
        wait_for_a_lock()
    thread.join(timeout=60)

    assert "figé" in said[0]
    draft.refresh_from_db()
    assert selectors.rules_in(draft).proposers.minimum_age == 0


def wait_for_a_lock():
    """Until somebody waits for what this transaction holds."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_stat_clear_snapshot()")
        time.sleep(0.05)
    pytest.fail("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_an_adoption_at_once_never_change_what_was_adopted(cycle, paula, ada, at):
    draft = services.start_draft(cycle, by=paula, at=at)
    before = selectors.rules_in(draft).ballot.maximum_choices

    said = at_once(
        lambda: services.adopt_rulebook(draft, by=ada, at=at, resolution="D1"),
        lambda: services.edit_rulebook(
            draft, by=paula, at=at, written={"ballot": {"maximum_choices": 3}},
            shown={"ballot": {"maximum_choices": before}},
        ),
    )  # fmt: skip

    draft.refresh_from_db()
    assert draft.state == "adopted"
    was_edited = lines(cycle, "edit_rulebook:ballot") == 1
    assert (said.count("fait") == 2) is was_edited
    assert selectors.rules_in(draft).ballot.maximum_choices == (3 if was_edited else before)


@pytest.mark.django_db(transaction=True)
def test_an_envelope_changed_while_it_is_shared_never_goes_below_zero(cycle, paula, ada, at):
    source = cycle.envelopes.get()
    place = services.add_area(cycle, by=BUILDER, at=at, name="Nord", code="nord")
    share = [services.Share(place, Decimal(60_000))]

    def split():
        try:
            services.split_envelopes(cycle, share, by=paula, at=at, section="investment", source=source)
        except ValidationError as error:  # what is missing is told
            raise Refused(no(" ".join(error.messages))) from error

    at_once(split, lambda: services.change_envelope(source, by=ada, at=at, amount_eur=Decimal(50_000)))

    amounts = dict(cycle.envelopes.values_list("name", "amount_eur"))
    assert amounts in (
        {"Enveloppe de la ville": Decimal(50_000)},
        {"Enveloppe de la ville": Decimal(50_000), "Nord": Decimal(60_000)},
    )


def test_a_clone_of_an_edition_that_has_nothing_is_an_empty_edition(town, paula, at):
    bare = services.create_cycle(by=paula, at=at, title="Rien", slug="rien", number_prefix="RN")

    made = services.clone_cycle(bare, by=paula, at=at, title="Rien 2", slug="rien-2", number_prefix="RNB")

    assert (made.phases.count(), made.areas.count(), made.envelopes.count()) == (0, 0, 0)
    assert made.rulebook_versions.count() == 1


@pytest.mark.parametrize(
    "late",
    [
        lambda cycle, paula, at: services.publish_diagnosis(cycle, by=paula, at=at, words="Autre chose."),
        lambda cycle, paula, at: services.say_concern(cycle, "Trop tard.", at=at),
        lambda cycle, paula, at: services.group_concerns(cycle, by=paula, at=at, choices={}),
    ],
    ids=["publish", "say", "group"],
)
@pytest.mark.django_db(transaction=True)
def test_what_waited_for_the_diagnosis_finds_it_published(cycle, paula, at, late):
    Phase.objects.create(
        cycle=cycle, kind="diagnosis", opens_at=at - timedelta(days=2), closes_at=at + timedelta(days=9)
    )
    services.add_issue(cycle, by=paula, at=at, title="L’ombre")
    said = []

    def come_late():
        try:
            late(cycle, paula, at)
            said.append("fait")
        except Refused as error:
            said.append(str(error))
        finally:
            connections.close_all()

    thread = threading.Thread(target=come_late)
    with transaction.atomic():
        services.publish_diagnosis(cycle, by=paula, at=at, words="Il fait chaud.")
        thread.start()
        wait_for_a_lock()
    thread.join(timeout=60)

    assert "est publié" in said[0]
    assert Diagnosis.objects.get().text == "Il fait chaud."
