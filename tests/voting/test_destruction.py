"""PROTOCOL §6.5.23: the box and the roll are destroyed at the end, by two persons; what is public stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bp_platform.accounts.models import Role
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.people import staff
from voting import selectors, services
from voting.models import Destruction, Poll, PollKind, PollState, RollEntry, RollMark

pytestmark = pytest.mark.django_db


@pytest.fixture
def after():
    return make.clock() + 2 * make.HOUR


@pytest.fixture
def proclaimed(draft, review, after):
    """Fifty-one people have voted; the result is out."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(51)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        services.cast_many(poll, [review(poll, entry, "BP26-0001" if place % 2 else "BP26-0002")])
    poll = services.close(poll, by=make.BUILDER, at=after)
    poll = services.open_box(poll, by=make.BUILDER, at=after)
    poll = services.count(poll, by=make.BUILDER, at=after)
    return services.proclaim(poll, by=make.BUILDER, at=after)


@pytest.fixture
def marc(db, at):
    return staff("marc", "Marc", "Petit", Role.COUNT, at)


@pytest.fixture
def leila(db, at):
    return staff("leila", "Leïla", "Haddad", Role.COUNT, at)


def facts(at, **changed):
    day = calendar.local_day(at)
    return {
        "resolution": "délibération 2026-118",
        "published_on": day,
        "certified_by": "Inès Faure, service juridique",
        "certified_on": day,
        "archives_visa": "bordereau 12/2027",
        "visa_on": day,
        "backups_end_on": day,
        "shares": 4,
        "witnesses": "Chloé Morel et Bruno Petit",
    } | changed


def rows_of(poll):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voting_sealedballot WHERE poll_id = %s", [poll.pk])
        seals = cursor.fetchone()[0]
    return seals, RollEntry.objects.filter(poll=poll).count(), RollMark.objects.filter(poll=poll).count()


def test_what_goes_and_what_stays(proclaimed, marc, leila, after, client):
    other = make.seal(make.draft_poll(cycle=make.cycle_with_projects("2027", "BP27")))
    [entry] = make.admit(other, "Aïcha")
    cast = services.review(
        selectors.sealed_of(other), entry, make.approvals("BP27-0001"), nonce=b"n" * 16, at=make.clock()
    )
    services.cast_many(other, [cast])
    public = [
        reverse(f"voting:{name}", args=["2026"])
        for name in ("results", "results_csv", "results_json", "bundle", "refs")
    ]
    before = [client.get(address).content for address in public]
    receipt = selectors.published_refs(proclaimed)[0]

    services.state_destruction(proclaimed, by=marc, at=after, facts=facts(after))
    gone = services.destroy(proclaimed, by=leila, at=after)

    assert (gone.state, rows_of(gone), rows_of(other)[0]) == (PollState.ARCHIVED, (0, 0, 0), 1)
    kept = Destruction.objects.get(poll=gone).kept
    assert (kept["seals"], kept["entries"], kept["marks"]) == (51, 53, 51)
    assert JournalEntry.objects.order_by("pk").values_list("act", flat=True).last() == "destroy_vote"
    now = [client.get(address).content for address in public]
    words = selectors.destruction_words(gone)
    assert "ont été détruits" in words
    assert now[1:] == before[1:]
    assert now[0].decode().replace(f'<p class="soft">{words}</p>', "") == before[0].decode()
    assert selectors.find_ref(gone, receipt[:8]).ref == receipt


def test_one_person_alone_destroys_nothing(proclaimed, marc, after):
    services.state_destruction(proclaimed, by=marc, at=after, facts=facts(after))

    with pytest.raises(Refused, match="Une autre personne que celle qui a rempli le constat doit détruire"):
        services.destroy(proclaimed, by=marc, at=after)
    assert rows_of(proclaimed) == (51, 53, 51)


def test_nothing_is_destroyed_without_its_record(proclaimed, leila, after):
    with pytest.raises(Refused, match="Remplissez d’abord le constat"):
        services.destroy(proclaimed, by=leila, at=after)


def test_a_backup_that_keeps_it_delays_it(proclaimed, marc, leila, after):
    later = calendar.local_day(after) + timedelta(days=1)
    services.state_destruction(proclaimed, by=marc, at=after, facts=facts(after, backups_end_on=later))

    with pytest.raises(Refused, match="Une sauvegarde le garde encore"):
        services.destroy(proclaimed, by=leila, at=after)


def test_a_vote_that_decides_waits_six_months(proclaimed, marc, leila, after, lifted):
    lifted("UPDATE voting_poll SET kind = 'binding' WHERE id = %s", proclaimed.pk)
    poll = Poll.objects.get(pk=proclaimed.pk)
    services.state_destruction(poll, by=marc, at=after, facts=facts(after))

    with pytest.raises(Refused, match="Six mois après la publication"):
        services.destroy(poll, by=leila, at=after)
    with pytest.raises(DatabaseError, match="not to be destroyed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM voting_destroy(%s)", [poll.pk])


@pytest.mark.parametrize("name", ["published_on", "certified_on", "visa_on"])
def test_a_date_to_come_or_out_of_order_is_refused_beside_its_field(proclaimed, marc, after, name):
    with pytest.raises(ValidationError) as late:
        services.state_destruction(
            proclaimed, by=marc, at=after, facts=facts(after, **{name: calendar.local_day(after) + timedelta(days=2)})
        )
    assert list(late.value.error_dict) == [name]
    if name != "published_on":
        with pytest.raises(ValidationError) as early:
            services.state_destruction(proclaimed, by=marc, at=after, facts=facts(after, **{name: date(2020, 1, 1)}))
        assert list(early.value.error_dict) == [name]


def test_a_vote_under_way_and_a_stranger_are_refused(poll, marc, paula, after):
    with pytest.raises(Refused, match="après sa proclamation ou son annulation"):
        services.state_destruction(poll, by=marc, at=after, facts=facts(after))
    annulled = services.annul(poll, by=make.BUILDER, at=after, reason="une panne de trois jours")
    with pytest.raises(Refused, match="Seule une personne chargée du dépouillement"):
        services.state_destruction(annulled, by=paula, at=after, facts=facts(after))


def test_the_record_may_be_filled_in_again_until_it_is_done(proclaimed, marc, leila, after):
    services.state_destruction(proclaimed, by=marc, at=after, facts=facts(after))
    services.state_destruction(proclaimed, by=leila, at=after, facts=facts(after, shares=3))
    services.destroy(proclaimed, by=marc, at=after)

    with pytest.raises(Refused, match="se détruisent une fois"):
        services.state_destruction(proclaimed, by=leila, at=after, facts=facts(after))
    with pytest.raises(Refused):
        services.destroy(proclaimed, by=leila, at=after)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Destruction.objects.update(witnesses="personne")


def test_an_annulled_vote_stays_annulled(poll, review, aicha, marc, leila, after):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    annulled = services.annul(poll, by=make.BUILDER, at=after, reason="une panne de trois jours")
    services.state_destruction(annulled, by=marc, at=after, facts=facts(after, shares=0))

    gone = services.destroy(annulled, by=leila, at=after)

    assert (gone.state, rows_of(gone)) == (PollState.ANNULLED, (0, 0, 0))
    assert dict(selectors.facts(gone))["Personnes inscrites"] == "2"


def test_the_desk_page_from_the_record_to_the_end(proclaimed, marc, leila, paula, client, sign_in):
    address = reverse("voting:destruction", args=[proclaimed.pk])
    sign_in(paula)
    assert client.get(address).status_code == 404

    sign_in(marc)
    assert "Remplir le constat" in client.get(address).content.decode()
    wrong = client.post(address, {"resolution": "délibération 2026-118", "witnesses": "Chloé Morel"})
    assert wrong.status_code == 422
    assert "délibération 2026-118" in wrong.content.decode()
    given = {k: v.isoformat() if isinstance(v, date) else v for k, v in facts(make.clock()).items()}
    assert client.post(address, given).status_code == 303
    page = client.get(address).content.decode()
    assert "Une autre personne que celle qui a rempli le constat" in page

    sign_in(leila)
    assert "Détruire maintenant" in client.get(address).content.decode()
    client.post(reverse("voting:destroy", args=[proclaimed.pk]))
    done = client.get(address).content.decode()
    assert "L’urne et la liste sont détruites" in done
    assert "Détruire maintenant" not in done
    assert Poll.objects.get(pk=proclaimed.pk).kind == PollKind.PRACTICE
