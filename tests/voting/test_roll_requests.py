"""PROTOCOL §6.4.17: one person asks, another decides; who has voted stays on the roll."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import cycles as rulebooks
from tests.factories import voting as make
from tests.people import staff
from voting import booth, selectors, services
from voting.models import EntryStatus, Proof, RequestKind, RequestState, RollEntry, RollRequest

LOST = "Lettre jamais arrivée."
TWO = "Une autre personne que celle qui demande doit valider."


@pytest.fixture
def nadia(db, at):
    """Nadia is in the participation team too."""
    return staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)


@pytest.fixture
def letters(poll):
    return {issued.name: issued for issued in services.issue_codes(poll, by=make.BUILDER, at=make.clock())}


def ask(entry, kind, by, reason=LOST):
    return services.ask(RollEntry.objects.get(pk=entry.pk), kind, by=by, at=make.clock(), reason=reason)


def decide(request, by, is_granted=True):
    found = RollRequest.objects.select_related("entry__poll").get(pk=request.pk)
    return services.decide(found, by=by, at=make.clock(), is_granted=is_granted)


def enter(poll, by, **facts):
    given = {"name": "Dora Petit", "birth_year": 1980, "postal_address": "1 rue", "scopes": ("ville",)} | facts
    return services.enter_person(poll, by=by, at=make.clock(), **given)


# --- a new code ------------------------------------------------------------------------------------------------------


def test_a_new_code_revokes_the_old_one_once_granted(poll, letters, aicha, paula, nadia):
    request = ask(aicha, RequestKind.REISSUE, paula)
    assert services.identify(poll, code=letters["Aïcha"].code, birth_year=1970, network="x", at=make.clock())

    decided = decide(request, nadia)

    assert (decided.state, decided.asked_by, decided.decided_by) == (RequestState.GRANTED, paula, nadia)
    with pytest.raises(Refused, match="ne vont pas ensemble"):
        services.identify(poll, code=letters["Aïcha"].code, birth_year=1970, network="x", at=make.clock())
    again = {issued.name for issued in services.issue_codes(poll, by=make.BUILDER, at=make.clock())}
    assert again == {"Aïcha"}


def test_the_booth_that_the_old_code_opened_is_closed(poll, letters, aicha, paula, nadia, client):
    answer = client.post("/2026/vote/", {"code": letters["Aïcha"].code, "birth_year": "1970"})
    assert answer.status_code == 303
    assert client.get("/2026/vote/bulletin/").status_code == 200

    decide(ask(aicha, RequestKind.REISSUE, paula), nadia)

    assert client.get("/2026/vote/bulletin/")["Location"] == "/2026/vote/"
    assert booth.COOKIE in client.cookies


def test_what_was_asked_and_decided_is_journalled(poll, letters, aicha, paula, nadia):
    request = ask(aicha, RequestKind.REISSUE, paula)
    decide(request, nadia)

    lines = JournalEntry.objects.filter(subject=f"voting.rollrequest:{request.pk}").order_by("position")
    assert [(line.act, line.actor_id, line.from_state, line.to_state, line.rule) for line in lines] == [
        ("ask_reissue", paula.actor_id, "", "asked", "6"),
        ("grant_roll_request", nadia.actor_id, "asked", "granted", "6"),
    ]
    assert JournalReason.objects.get(chain=lines[0].chain, position=lines[0].position).text == LOST


def test_who_asks_does_not_decide(letters, aicha, paula):
    request = ask(aicha, RequestKind.REISSUE, paula)

    for is_granted in (True, False):
        with pytest.raises(Refused, match=TWO):
            decide(request, paula, is_granted)
    assert RollEntry.objects.get(pk=aicha.pk).code_digest


def test_the_database_too_wants_two_persons(letters, aicha, paula):
    request = ask(aicha, RequestKind.REISSUE, paula)

    with pytest.raises(IntegrityError, match="roll_request_takes_two_persons"), transaction.atomic():
        RollRequest.objects.filter(pk=request.pk).update(state="granted", decided_by=paula, decided_at=make.clock())


def test_who_has_voted_gets_no_new_code(poll, letters, aicha, paula, review):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with pytest.raises(Refused, match="Cette personne a voté : un nouveau code ne servirait à rien."):
        ask(aicha, RequestKind.REISSUE, paula)


def test_who_has_voted_since_gets_none_either(poll, letters, aicha, paula, nadia, review):
    request = ask(aicha, RequestKind.REISSUE, paula)
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with pytest.raises(Refused, match="un nouveau code ne servirait à rien"):
        decide(request, nadia)
    assert decide(request, nadia, is_granted=False).state == RequestState.REFUSED


def test_without_a_code_there_is_nothing_to_reissue(aicha, paula):
    with pytest.raises(Refused, match="elle aura le sien avec les prochaines lettres"):
        ask(aicha, RequestKind.REISSUE, paula)


def test_a_reason_is_asked_for_and_the_same_request_waits_once(letters, aicha, paula, nadia):
    with pytest.raises(Exception, match="Dites en une phrase pourquoi vous le demandez."):
        ask(aicha, RequestKind.REISSUE, paula, reason="  ")
    ask(aicha, RequestKind.REISSUE, paula)
    with pytest.raises(Exception, match="La même demande attend déjà d’être validée."):
        ask(aicha, RequestKind.REISSUE, nadia)


def test_strangers_and_imports_ask_and_decide_nothing(letters, aicha, paula, chloe):
    request = ask(aicha, RequestKind.SET_ASIDE, paula)

    with pytest.raises(Refused, match="Seule l’équipe participation"):
        ask(aicha, RequestKind.REISSUE, chloe)
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        decide(request, chloe)
    with pytest.raises(Refused, match="chacune avec son compte"):
        ask(aicha, RequestKind.REISSUE, make.BUILDER)


def test_nothing_is_asked_once_the_vote_is_closed(poll, letters, aicha, paula, nadia):
    request = ask(aicha, RequestKind.SET_ASIDE, paula)
    services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)

    for act in (lambda: decide(request, nadia), lambda: ask(aicha, RequestKind.REISSUE, paula)):
        with pytest.raises(Refused, match="Ce vote est clos : la liste ne change plus."):
            act()


# --- set aside, admit ------------------------------------------------------------------------------------------------


def test_somebody_set_aside_votes_no_more_and_may_be_admitted_again(poll, letters, aicha, paula, nadia, review):
    cast = review(poll, aicha, "BP26-0001")
    decide(ask(aicha, RequestKind.SET_ASIDE, paula, "Doublon."), nadia)

    aside = RollEntry.objects.get(pk=aicha.pk)
    assert (aside.status, aside.status_reason, aside.code_digest) == (EntryStatus.SET_ASIDE, "Doublon.", None)
    with pytest.raises(Refused, match="n’est pas admise"):
        services.cast_many(poll, [cast])
    decide(ask(aicha, RequestKind.ADMIT, nadia, "Ce n’était pas elle."), paula)
    assert RollEntry.objects.get(pk=aicha.pk).status == EntryStatus.ADMITTED


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_marked_person_is_never_set_aside(poll, aicha, paula, nadia, review, when):
    sentence = "Cette personne a émargé : on ne la met plus à l’écart. Signalez un incident au bureau du vote."
    if when == "after":
        request = ask(aicha, RequestKind.SET_ASIDE, paula)
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with pytest.raises(Refused, match=sentence):
        ask(aicha, RequestKind.SET_ASIDE, paula) if when == "before" else decide(request, nadia)
    assert RollEntry.objects.get(pk=aicha.pk).status == EntryStatus.ADMITTED


def test_somebody_entered_by_hand_waits_for_another_person(poll, paula, nadia):
    entry = enter(poll, paula, name="  Dora   Petit ")

    assert (entry.name, entry.status, entry.proof, entry.entered_by) == (
        "Dora Petit",
        EntryStatus.PENDING,
        Proof.DESK,
        paula,
    )
    request = RollRequest.objects.get(entry=entry)
    with pytest.raises(Refused, match=TWO):
        decide(request, paula)
    decide(request, nadia)
    assert RollEntry.objects.get(pk=entry.pk).status == EntryStatus.ADMITTED
    acts = JournalEntry.objects.filter(subject=f"voting.rollentry:{entry.pk}")
    assert [line.act for line in acts] == ["enter_on_roll"]


def test_who_entered_somebody_does_not_admit_them_even_if_another_asked(poll, paula, nadia):
    entry = enter(poll, paula)
    decide(RollRequest.objects.get(), nadia, is_granted=False)

    request = ask(entry, RequestKind.ADMIT, nadia)

    with pytest.raises(Refused, match="Vous avez inscrit cette personne : quelqu’un d’autre doit l’admettre."):
        decide(request, paula)


def test_who_is_not_admitted_yet_gets_no_letter(poll, paula):
    enter(poll, paula)

    assert not selectors.waiting_for_a_letter(poll).exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"scopes": ("ailleurs",)}, "Choisissez un périmètre de ce vote."),
        ({"scopes": ()}, "Choisissez un périmètre de ce vote."),
        ({"birth_year": 2020}, "Il faut avoir 16 ans l’année du vote : vérifiez l’année."),
    ],
)
def test_somebody_entered_by_hand_fits_the_vote(poll, paula, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        enter(poll, paula, **facts)


def test_somebody_too_old_for_this_vote_is_not_entered(poll, paula):
    version = rulebooks.next_version(poll.cycle)
    version.values["electorate"]["maximum_age"] = 25
    version.save()

    with pytest.raises(Refused, match="Il faut avoir 25 ans au plus l’année du vote"):
        enter(poll, paula, birth_year=1950)


# --- tries -----------------------------------------------------------------------------------------------------------


def test_the_twenty_first_try_of_a_code_is_the_end_of_it(poll, letters):
    """Four an hour for five hours are allowed; then the code rests for good, even with the right year."""
    code, start = letters["Aïcha"].code, make.clock()
    for n in range(20):
        with pytest.raises(Refused, match="ne vont pas ensemble"):
            services.identify(poll, code=code, birth_year=1950, network="x", at=start + n // 4 * make.HOUR)

    with pytest.raises(
        Refused, match="Ce code a été essayé trop de fois : il ne sert plus. Présentez-vous à la mairie"
    ):
        services.identify(poll, code=code, birth_year=1970, network="x", at=start + 9 * make.HOUR)
    assert services.identify(poll, code=letters["Chloé"].code, birth_year=1971, network="x", at=start)


def test_the_count_of_a_life_outlives_the_heartbeat(poll, letters):
    from bp_platform.core import limits
    from bp_platform.core.models import RateCount

    services.identify(poll, code=letters["Aïcha"].code, birth_year=1970, network="x", at=make.clock())

    limits.forget_before(poll.closes_at + 23 * make.HOUR)
    assert RateCount.objects.filter(window=poll.closes_at).count() == 1
    limits.forget_before(poll.closes_at + 25 * make.HOUR)
    assert not RateCount.objects.filter(window=poll.closes_at).exists()
