"""The preselection's acts, article 14: voices, list, decision, reopening; what the study and the vote refuse meanwhile."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from bp_platform.accounts.models import Contact
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from bp_platform.pages import projections
from cycles.models import Cycle
from instruction import policies, selectors, services
from instruction.models import Case, Preselection, PreselectionLine
from instruction.services import Typed
from proposals import services as proposals
from proposals.models import Proposal
from realisation import policies as works_policies
from tests.factories import cycles as cycle_factory
from tests.factories import meetings
from tests.factories import preselection as factory
from voting import policies as vote_policies
from voting import services as voting
from voting.models import Poll, PollKind

DAY = timedelta(days=1)
NB = "\u00a0"


@pytest.fixture
def forum(town, at):
    """Eight voices each, three ideas kept, one in each place."""
    return factory.edition(at)


def lines(cycle) -> list[tuple[str, str]]:
    found = PreselectionLine.objects.filter(preselection__cycle=cycle).order_by("proposal__number")
    return [(line.outcome, line.reason.replace(NB, " ")) for line in found]


def journal(act: str) -> list[tuple[str, str, str]]:
    return [(e.to_state, e.rule, e.role) for e in JournalEntry.objects.filter(act=act).order_by("pk")]


def stages(*ideas) -> list[str]:
    return [Proposal.objects.get(pk=idea.pk).stage for idea in ideas]


# Voices


def test_voices_are_saved_together_and_the_rules_freeze(forum, paula, at):
    bench, tree = factory.ideas(forum, at, "mariniers", "gare")

    held = factory.counted(forum, paula, at, [bench, tree], [40, 12], people=50)

    assert (held.people, held.revision, held.voices_revision) == (50, 1, 1)
    assert list(held.lines.order_by("proposal__number").values_list("voices", flat=True)) == [40, 12]
    assert journal("count_preselection") == [("", "art. 14", "participation")]
    assert "preselection" in forum.section_freezes.values_list("section", flat=True)
    again = services.save_voices(forum, by=paula, at=at, voices={bench.pk: Typed(40, 40)}, people=Typed(50, 50))
    assert (again.revision, len(journal("count_preselection"))) == (1, 1)  # the same numbers twice are one count


@pytest.mark.parametrize(
    ("people", "voices", "field", "sentence"),
    [
        (None, [40, 12], "people", "combien de personnes étaient présentes"),
        (30, [31, 2], "voices-1", "31 voix pour 30 personnes, qui n’en donnent qu’une à une idée"),
        (1, [1] * 9, "__all__", "9 voix en tout, et 1 personnes de 8 voix chacune en donnent 8 au plus"),
    ],
)
def test_nobody_gives_more_than_the_forum_allows(forum, paula, at, people, voices, field, sentence):
    ideas = factory.ideas(forum, at, *["mariniers"] * len(voices))

    with pytest.raises(ValidationError) as refused:
        factory.counted(forum, paula, at, ideas, voices, people=people)

    said = refused.value.message_dict if hasattr(refused.value, "error_dict") else {"__all__": refused.value.messages}
    expected = field.replace("voices-1", f"voices-{ideas[0].pk}")
    assert list(said) == [expected]
    assert sentence in said[expected][0].replace(NB, " ")
    assert not Preselection.objects.exists()


def test_voices_typed_meanwhile_by_somebody_else_are_never_overwritten(forum, paula, ada, at):
    bench, tree = factory.ideas(forum, at, "mariniers", "gare")
    factory.counted(forum, paula, at, [bench, tree], [40, 12])

    late = {bench.pk: Typed(None, 38), tree.pk: Typed(None, 12)}
    with pytest.raises(ValidationError) as refused:
        services.save_voices(forum, by=ada, at=at, voices=late, people=Typed(None, 55))

    said = {name: words[0].replace(NB, " ") for name, words in refused.value.message_dict.items()}
    assert set(said) == {f"voices-{bench.pk}", "people"}  # 12 was typed by both
    assert "enregistrer « 40 », vous avez écrit « 38 »" in said[f"voices-{bench.pk}"]
    chosen = {bench.pk: Typed(40, 38), tree.pk: Typed(12, 12)}
    services.save_voices(forum, by=ada, at=at, voices=chosen, people=Typed(50, 50))
    assert list(PreselectionLine.objects.order_by("pk").values_list("voices", flat=True)) == [38, 12]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("early", "La présélection ouvre le"),
        ("no_phase", "n’a pas de dates : ajoutez sa phase au calendrier"),
        ("stranger", "Seule l’équipe participation"),
        ("jury", "confie la présélection à une instance : il n’y a pas de voix à compter"),
        ("none", "n’est pas prévue par le règlement"),
    ],
)
def test_voices_have_their_time_and_their_people(town, paula, chloe, at, change, sentence):
    rules = {"jury": {"mode": "jury", "body": "jury"}, "none": {"mode": "none"}}.get(change, factory.FORUM)
    cycle = factory.edition(at, bodies=[factory.JURY] if change == "jury" else (), **rules)
    if change == "no_phase":
        cycle_factory.drop_phases(cycle, "preselection")
    when = at - 2 * DAY if change == "early" else at

    with pytest.raises(Refused) as refused:
        services.save_voices(cycle, by=chloe if change == "stranger" else paula, at=when, voices={})

    assert sentence in str(refused.value).replace(NB, " ")


# The list


@pytest.fixture
def five(forum, paula, at):
    """Mariniers 40, 30, 20; Gare 9; the whole town 15. Kept: 40, 30, and Gare's for its place."""
    ideas = factory.ideas(forum, at, "mariniers", "mariniers", "mariniers", "gare", "ville")
    factory.counted(forum, paula, at, ideas, [40, 30, 20, 9, 15])
    return ideas


def test_the_list_of_the_voices_needs_no_word(forum, five, paula, at):
    first, second, third, rescued, town_wide = five

    held = factory.listed(forum, paula, at, first, second, rescued, words="À la halle, le 1er mars.")

    assert lines(forum) == [
        ("voices", ""),
        ("voices", ""),
        ("not_kept", "3e sur 5 par ses voix : l’article 14 en garde 3 au plus."),
        ("place", ""),
        ("not_kept", "4e sur 5 par ses voix : l’article 14 en garde 3 au plus."),
    ]
    assert (held.state, held.words, held.is_list_current) == ("open", "À la halle, le 1er mars.", True)
    assert journal("list_preselection") == [("", "art. 14", "participation")]
    assert stages(third, town_wide) == ["idea", "idea"]  # nothing is public before the decision


def test_a_departure_from_the_voices_says_why(forum, five, paula, at):
    first, second, third, rescued, _town_wide = five

    with pytest.raises(ValidationError) as refused:
        factory.listed(forum, paula, at, first, third, rescued, reasons={third.pk: "Elle complète la première."})
    assert refused.value.message_dict == {
        f"reason-{second.pk}": [f"les voix la gardent{NB}: dites pourquoi l’écarter."]
    }
    factory.listed(forum, paula, at, first, third, rescued, common_reason="Les deux idées se valent.")

    assert lines(forum)[1:3] == [
        ("not_kept", "Les deux idées se valent."),
        ("choice", "Les deux idées se valent."),
    ]


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ([0, 1, 2, 3], "La liste garde 4 idées et l’article 14 en garde au plus 3 : retirez-en 1"),
        ([0, 1, 2], "« La Gare » n’a aucune idée gardée et l’article 14 en réserve 1 : ajoutez-en 1"),
        ([], "ne garde aucune idée"),
    ],
)
def test_the_list_stays_within_article_14(forum, five, paula, at, kept, sentence):
    with pytest.raises((Refused, ValidationError)) as refused:
        factory.listed(forum, paula, at, *[five[n] for n in kept], common_reason="Choix du forum.")

    said = " ".join(getattr(refused.value, "messages", [str(refused.value)])).replace(NB, " ")
    assert sentence in said.replace("\u202f", " ")
    assert lines(forum) == [("", "")] * 5


def test_a_tie_is_settled_by_somebody_who_says_how(forum, paula, at):
    first, second, third, fourth = factory.ideas(forum, at, "mariniers", "ville", "ville", "ville")
    factory.counted(forum, paula, at, [first, second, third, fourth], [40, 12, 12, 12])

    with pytest.raises(ValidationError, match="elle est à égalité") as refused:
        factory.listed(forum, paula, at, first, second, third)
    assert sorted(refused.value.message_dict) == sorted(f"reason-{one.pk}" for one in (second, third, fourth))
    factory.listed(forum, paula, at, first, second, third, common_reason="Tirage au sort public du 1er mars.")

    drawn = "Tirage au sort public du 1er mars."
    assert lines(forum) == [("voices", ""), ("voices", drawn), ("voices", drawn), ("not_kept", drawn)]


def test_a_list_waits_for_every_voice_and_for_the_page_that_was_read(forum, paula, at):
    bench, tree = factory.ideas(forum, at, "mariniers", "gare")
    with pytest.raises(Refused, match=f"manque les voix de {bench.number} et {tree.number}"):
        factory.listed(forum, paula, at, bench)
    factory.counted(forum, paula, at, [bench, tree], [3, 2])

    with pytest.raises(ValidationError, match="Quelqu’un a enregistré des voix ou une liste"):
        services.save_list(forum, by=paula, at=at, kept=[bench.pk, tree.pk], revision=0)
    with pytest.raises(ValidationError, match=f"Des idées sont devenues candidates .*{tree.number}"):
        services.save_list(forum, by=paula, at=at, kept=[bench.pk], shown=[bench.pk], revision=1)


# The decision


def test_a_decision_is_published_and_told(forum, five, paula, at):
    first, second, _third, rescued, _town_wide = five
    Contact.objects.filter(owned_proposals__proposal=first).update(email="", postal_address="3 rue Haute")
    factory.listed(forum, paula, at, first, second, rescued)

    decided = factory.decided(forum, paula, at)

    assert (decided.state, decided.decided_at, decided.decided_by) == ("decided", at, paula)
    assert decided.decided_by_label == "l’équipe participation"
    assert journal("decide_preselection") == [("decided", "art. 14", "participation")]
    assert stages(*five) == ["idea", "idea", "not_kept", "idea", "not_kept"]
    assert list(projections.breaches()) == []
    told = OutboxMessage.objects.order_by("pk").values_list("event", flat=True)
    first_told = OutboxMessage.objects.earliest("pk")
    assert (first_told.contact.name, first_told.channel) == ("Aïcha Benali", "letter")  # no e-mail: on paper
    assert list(told) == [
        "idea_preselected", "idea_preselected", "idea_not_preselected", "idea_preselected", "idea_not_preselected",
    ]  # fmt: skip
    again = services.decide_preselection(forum, by=paula, at=at + DAY, revision=decided.revision)
    assert (again.decided_at, OutboxMessage.objects.count()) == (at, 5)  # posted twice, decided once
    with pytest.raises(Refused, match="est décidée depuis le 2 mars 2026"):
        factory.counted(forum, paula, at, [first], [1])


def test_a_projection_that_lies_is_found(forum, five, paula, at):
    factory.listed(forum, paula, at, five[0], five[1], five[3])
    factory.decided(forum, paula, at)
    Proposal.objects.filter(pk=five[2].pk).update(stage="idea")

    assert list(projections.breaches()) == [f"{five[2].number} : étape « idea », attendue « not_kept »."]


def test_a_decision_waits_for_a_list_of_today(forum, five, paula, at):
    first, second, _third, rescued, _town_wide = five
    with pytest.raises(Refused, match="n’est pas encore faite"):
        factory.decided(forum, paula, at)
    factory.listed(forum, paula, at, first, second, rescued)
    services.save_voices(forum, by=paula, at=at, voices={first.pk: Typed(40, 41)})
    with pytest.raises(Refused, match="Les voix ont changé"):
        factory.decided(forum, paula, at)
    factory.listed(forum, paula, at, first, second, rescued)
    late = factory.ideas(forum, at, "gare")[0]
    with pytest.raises(Refused, match=f"manque les voix de {late.number}"):
        factory.decided(forum, paula, at)
    services.save_voices(forum, by=paula, at=at, voices={late.pk: Typed(None, 1)})
    Preselection.objects.update(list_revision=F("revision") + 1)  # as if the list had been read again without it
    with pytest.raises(Refused, match=f"La liste ne dit rien des idées publiées depuis .{late.number}"):
        factory.decided(forum, paula, at)
    with pytest.raises(ValidationError, match="relisez-la"):
        services.decide_preselection(forum, by=paula, at=at, revision=0)


def test_an_idea_that_left_is_no_candidate_and_its_voices_stay(forum, five, paula, at):
    first, second, third, rescued, town_wide = five
    factory.listed(forum, paula, at, first, second, rescued)
    proposals.withdraw(third, at=at)

    factory.decided(forum, paula, at)

    assert lines(forum)[2] == ("", "")
    assert PreselectionLine.objects.get(proposal=third).voices == 20
    assert stages(third, town_wide) == ["withdrawn", "not_kept"]
    assert not OutboxMessage.objects.filter(key__startswith=third.number, event__contains="preselected").exists()


def test_a_jury_says_why_and_decides_once_it_has_voted(town, paula, at):
    cycle = factory.edition(at, bodies=[factory.JURY], mode="jury", body="jury")
    bench, tree, swing = factory.ideas(cycle, at, "mariniers", "gare", "ville")

    with pytest.raises(ValidationError) as refused:
        factory.listed(cycle, paula, at, bench, reasons={tree.pk: "Trop proche d’une autre."})
    assert list(refused.value.message_dict) == [f"reason-{swing.pk}"]
    factory.listed(cycle, paula, at, bench, reasons={tree.pk: "Trop proche d’une autre."}, common_reason="Moins utile.")
    assert lines(cycle) == [("body", ""), ("not_kept", "Trop proche d’une autre."), ("not_kept", "Moins utile.")]
    with pytest.raises(Refused, match="L’article 14 du règlement confie ce sujet"):
        factory.decided(cycle, paula, at)
    jury = meetings.body(at, cycle=cycle, name="Jury citoyen", slug="jury", rule_code="jury", powers=["preselection"])
    decision = jury.decisions.create(
        key=uuid4(), matter="preselection", subject="La liste", decided_on=at.date(), votes_for=9, recorded_at=at
    )

    decided = factory.decided(cycle, paula, at)

    assert (decided.decided_by_label, decided.decision) == ("le jury citoyen", decision)
    services.reopen_preselection(cycle, by=paula, at=at + DAY, reason="Une erreur.", key=uuid4())
    with pytest.raises(Refused, match="L’instance a décidé avant la réouverture"):
        factory.decided(cycle, paula, at + DAY)


def test_an_opinion_drops_no_idea_and_holds_nothing_up(town, paula, at):
    cycle = factory.edition(at, mode="supports", keeps_at_most=1, is_opinion_only=True)
    bench, tree = factory.ideas(cycle, at, "mariniers", "gare")
    assert policies.can_open(paula, bench, at)
    services.save_voices(cycle, by=paula, at=at, voices=factory.typed((bench, 5), (tree, 9)))
    factory.listed(cycle, paula, at, tree)

    decided = factory.decided(cycle, paula, at)

    assert not decided.is_binding
    assert stages(bench, tree) == ["idea", "idea"]
    assert [message.event for message in OutboxMessage.objects.all()] == ["preselection_opinion"] * 2
    assert policies.can_open(paula, bench, at)
    assert list(projections.breaches()) == []


# What rests on it


def test_no_case_opens_before_it_and_only_what_it_kept_after(forum, five, paula, at):
    first, second, third, rescued, _town_wide = five
    awaits = "L’article 14 du règlement prévoit une présélection"
    for refused in (
        lambda: services.open_case(first, by=paula, at=at),
        lambda: services.open_cases(forum, by=paula, at=at),
    ):
        with pytest.raises(Refused, match=awaits):
            refused()
    factory.listed(forum, paula, at, first, second, rescued)
    factory.decided(forum, paula, at)
    late = factory.ideas(forum, at, "ville")[0]

    with pytest.raises(Refused, match=f"L’idée {third.number} n’est pas présélectionnée"):
        services.open_case(Proposal.objects.get(pk=third.pk), by=paula, at=at)
    with pytest.raises(Refused, match=f"L’idée {late.number} n’était pas candidate"):
        services.open_case(late, by=paula, at=at)
    assert list(selectors.latecomers(Preselection.objects.get())) == [late]
    opened = services.open_cases(forum, by=paula, at=at)
    assert [case.proposal for case in opened] == [first, second, rescued]
    with pytest.raises(Refused, match="Des dossiers sont ouverts"):
        services.reopen_preselection(forum, by=paula, at=at, reason="Une erreur.", key=uuid4())


def prepared(cycle, paula, at) -> Poll:
    opens_at = at + 30 * DAY
    facts = {"kind": PollKind.PRACTICE, "title": "Vote", "opens_at": opens_at, "closes_at": opens_at + DAY}
    return voting.create_poll(cycle, by=paula, at=at, **facts)


def test_after_the_study_the_vote_takes_only_what_it_kept(town, paula, at):
    cycle = factory.edition(at, after_study=True, mode="supports", keeps_at_most=2)
    bench, tree, swing = factory.feasible(cycle, at, "mariniers", "gare", "ville")
    factory.ideas(cycle, at, "ville")  # an idea that the study did not keep is no candidate
    draft = prepared(cycle, paula, at)
    assert policies.is_preselected_before(cycle, "study")
    assert "décidez-la avant de sceller le vote" in vote_policies.can_seal(paula, draft, at).reason
    services.save_voices(cycle, by=paula, at=at, voices=factory.typed((bench, 5), (tree, 9), (swing, 7)))
    factory.listed(cycle, paula, at, tree, swing)

    factory.decided(cycle, paula, at)

    assert stages(bench, tree, swing) == ["not_kept", "feasible", "feasible"]
    late = factory.feasible(cycle, at, "gare")[0]
    assert f"n’a pas gardés (article 14){NB}: {bench.number}." in vote_policies.can_seal(paula, draft, at).reason
    voting.annul(draft, by=paula, at=at, reason="La présélection est passée.")
    redone = prepared(cycle, paula, at)
    assert [row.proposal for row in redone.candidates.order_by("proposal__number")] == [tree, swing]
    assert vote_policies.can_seal(paula, redone, at)
    assert late.number not in [c.proposal.number for c in redone.candidates.all()]
    voting.seal(redone, by=paula, at=at, draw_seed="4-2-6-1-5", waiver="Essai.")
    with pytest.raises(Refused, match="Un vote scellé repose sur cette présélection"):
        services.reopen_preselection(cycle, by=paula, at=at, reason="Une erreur.", key=uuid4())


def test_without_a_vote_nobody_designates_what_it_did_not_keep(town, paula, at):
    chosen = {"decision_mode": "body_designation", "decided_by": "le conseil"}
    cycle = factory.edition(at, after_study=True, ballot=chosen, mode="supports", keeps_at_most=1)
    bench, tree = factory.feasible(cycle, at, "mariniers", "gare")
    assert "avant de désigner les projets" in works_policies.can_create(paula, bench, at).reason
    services.save_voices(cycle, by=paula, at=at, voices=factory.typed((bench, 5), (tree, 9)))
    factory.listed(cycle, paula, at, tree)
    factory.decided(cycle, paula, at)
    late = factory.feasible(cycle, at, "gare")[0]

    assert works_policies.can_create(paula, tree, at)
    assert "n’était pas candidate" in works_policies.can_create(paula, late, at).reason
    assert "n’est pas réalisable" in works_policies.can_create(paula, Proposal.objects.get(pk=bench.pk), at).reason


# Reopening


def test_a_correction_is_a_reopening_with_its_reason(forum, five, paula, at):
    first, second, third, rescued, _town_wide = five
    factory.listed(forum, paula, at, first, second, rescued)
    factory.decided(forum, paula, at)
    key = uuid4()

    for _twice in range(2):
        reopened = services.reopen_preselection(forum, by=paula, at=at + DAY, reason="Deux voix mal lues.", key=key)

    assert (reopened.state, reopened.decided_at, reopened.reopenings.count()) == ("open", None, 1)
    assert journal("reopen_preselection") == [("open", "art. 14", "participation")]
    assert stages(third) == ["idea"]
    services.save_voices(forum, by=paula, at=at + DAY, voices={third.pk: Typed(20, 31)})
    factory.listed(forum, paula, at + DAY, first, third, rescued)
    factory.decided(forum, paula, at + DAY)
    assert stages(second, third) == ["not_kept", "idea"]
    last = OutboxMessage.objects.get(event="idea_preselected", key__startswith=third.number)
    assert last.context["again"] == "Deux voix mal lues."
    with pytest.raises(ValidationError, match="dites en une phrase pourquoi"):
        services.reopen_preselection(forum, by=paula, at=at + 2 * DAY, reason=" ", key=uuid4())


def test_what_is_not_decided_is_not_reopened(forum, five, paula, at):
    with pytest.raises(Refused, match="rouvrir cette présélection"):
        services.reopen_preselection(forum, by=paula, at=at, reason="Une erreur.", key=uuid4())


# What the database holds


def test_the_database_keeps_a_decided_preselection(forum, five, paula, at):
    factory.listed(forum, paula, at, five[0], five[1], five[3])
    decided = factory.decided(forum, paula, at)
    rows = PreselectionLine.objects.filter(preselection=decided)
    for change in (
        lambda: rows.update(voices=1),
        rows.delete,
        lambda: rows.create(preselection=decided, proposal=factory.ideas(forum, at, "ville")[0]),
        lambda: Preselection.objects.update(people=9),
        lambda: Preselection.objects.update(state="open", decided_at=None, decided_by=None, decided_by_label=""),
        lambda: Preselection.objects.filter(pk=decided.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "facts",
    [{"state": "decided"}, {"people": 0}, {"decided_by_label": "le maire"}, {"decided_at": "2026-03-02T09:00:00Z"}],
)
def test_state_and_facts_agree(forum, at, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preselection.objects.create(**{"cycle": forum, "opened_at": at} | facts)


@pytest.mark.parametrize(
    "facts", [{"outcome": "not_kept"}, {"outcome": "choice", "reason": " "}, {"reason": "Parce que."}]
)
def test_what_is_decided_of_an_idea_says_why(forum, at, facts):
    held = Preselection.objects.create(cycle=forum, opened_at=at)
    idea = factory.ideas(forum, at, "ville")[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        PreselectionLine.objects.create(preselection=held, proposal=idea, **facts)


# Two at once


def race(*acts) -> list[str]:
    gate, said = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            act()
            said.append("done")
        except (Refused, ValidationError) as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_lose_no_voice_and_decide_once(forum, paula, ada, at):
    bench, tree = factory.ideas(forum, at, "mariniers", "gare")

    factory.counted(forum, paula, at, [bench, tree], [1, 1], people=60)

    def save(by, voices):
        given = {bench.pk: Typed(1, 40), tree.pk: Typed(1, voices)}
        return lambda: services.save_voices(Cycle.objects.get(), by=by, at=at, voices=given)

    assert race(save(paula, 12), save(ada, 21)) == ["ValidationError", "done"]

    assert PreselectionLine.objects.get(proposal=tree).voices in {12, 21}
    assert JournalEntry.objects.filter(act="count_preselection").count() == 2
    revision = factory.listed(forum, paula, at, bench, tree).revision

    def decide(by):
        return lambda: services.decide_preselection(Cycle.objects.get(), by=by, at=at, revision=revision)

    assert race(decide(paula), decide(ada)) == ["done", "done"]
    assert JournalEntry.objects.filter(act="decide_preselection").count() == 1
    assert OutboxMessage.objects.filter(event="idea_preselected").count() == 2

    def reopen():
        services.reopen_preselection(Cycle.objects.get(), by=paula, at=at, reason="Une erreur.", key=uuid4())

    assert race(reopen, lambda: services.open_cases(Cycle.objects.get(), by=ada, at=at)) == ["Refused", "done"]
    assert bool(Case.objects.count()) == Preselection.objects.get().is_decided


def test_no_list_is_made_of_no_candidate(forum, paula, at):
    with pytest.raises(Refused, match="Aucune idée n’est candidate"):
        factory.listed(forum, paula, at)
