"""The preselection's pages: its desk, its forms, the public page and its file, its sheets, its letters."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from bp_platform.accounts.selectors import public_body
from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.documents import rendering
from bp_platform.documents import services as documents
from bp_platform.documents.models import Job
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from cycles.models import Phase
from instruction import selectors, services, waiting
from instruction.models import Preselection, PreselectionLine
from proposals import services as proposals
from tests.factories import cycles as cycle_factory
from tests.factories import meetings
from tests.factories import preselection as factory
from tests.reading import plain
from voting import services as voting
from voting.models import PollKind

DAY = timedelta(days=1)
DESK, PAGE = "/bureau/preselection/2026/", "/2026/preselection/"


@pytest.fixture
def now(at, monkeypatch):
    """The pages read the same clock as the acts."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    return at


@pytest.fixture
def forum(town, now):
    return factory.edition(now)


@pytest.fixture
def five(forum, paula, now):
    """Mariniers 40, 30, 20; Gare 9; the whole town 15. Kept: 40, 30, and Gare's for its place."""
    ideas = factory.ideas(forum, now, "mariniers", "mariniers", "mariniers", "gare", "ville")
    factory.counted(forum, paula, now, ideas, [40, 30, 20, 9, 15])
    return ideas


@pytest.fixture
def decided(forum, five, paula, now):
    first, second, _third, rescued, _town_wide = five
    factory.listed(forum, paula, now, first, second, rescued, words="À la halle, de 10 h à 18 h.")
    return factory.decided(forum, paula, now)


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return plain(response.content.decode())


# The desk


def test_the_desk_belongs_to_the_team_and_lets_elected_members_read(forum, paula, elias, bruno, now, sign_in, client):
    factory.ideas(forum, now, "mariniers")
    assert client.get(DESK).status_code in {302, 404}
    assert read(sign_in(bruno), DESK, 404)

    elected = read(sign_in(elias), DESK)
    assert "L’équipe participation la conduit ; vous la suivez ici." in elected
    assert "Saisir les voix" not in elected
    assert sign_in(elias).post(f"{DESK}decider/", {"revision": "1"}, follow=True).redirect_chain == [(DESK, 303)]
    team = sign_in(paula).get("/bureau/preselection/", follow=True)
    assert team.redirect_chain == [(DESK, 303)]  # one edition opens at once
    assert "Saisir les voix" in plain(team.content.decode())
    assert waiting.preselections(paula, now) == "1 présélection à décider"
    assert waiting.preselections(elias, now) == ""


def test_the_desk_says_when_there_is_nothing_to_do_yet(town, paula, now, sign_in):
    cycle = cycle_factory.cycle(now)
    client = sign_in(paula)
    assert "n’est pas prévue par le règlement" in read(client, "/bureau/preselection/")
    assert "n’est pas prévue par le règlement" in read(client, DESK)
    assert read(client, PAGE, 404)
    cycle.phases.create(kind="preselection", opens_at=now + DAY, closes_at=now + 2 * DAY)
    cycle_factory.adopt(cycle, cycle_factory.next_version(cycle).values | {"preselection": factory.FORUM})
    early = read(client, DESK)
    assert "La présélection ouvre le mardi 3 mars 2026" in early
    assert "Aucune idée n’est encore candidate" in early
    assert "Pas encore commencée" in read(client, PAGE)
    assert waiting.preselections(paula, now) == ""


def test_voices_are_typed_on_one_page_and_a_conflict_shows_both(forum, paula, ada, now, sign_in):
    bench, tree = factory.ideas(forum, now, "mariniers", "gare")
    page = sign_in(paula).get(f"{DESK}voix/")
    seen = page.context["form"].initial["seen"]
    post = {"seen": seen, "people": "50", f"voices-{bench.pk}": "4O", f"voices-{tree.pk}": "12"}

    refused = sign_in(paula).post(f"{DESK}voix/", post)
    assert refused.status_code == 422
    assert "écrivez un nombre entier" in plain(refused.content.decode())
    assert 'value="4O"' in refused.content.decode()  # nothing typed is lost
    post |= {f"voices-{bench.pk}": "40"}
    assert sign_in(paula).post(f"{DESK}voix/", post).status_code == 303
    late = sign_in(ada).post(f"{DESK}voix/", post | {f"voices-{bench.pk}": "38"})
    said = plain(late.content.decode())
    assert "quelqu’un vient d’enregistrer « 40 », vous avez écrit « 38 »" in said
    assert PreselectionLine.objects.get(proposal=bench).voices == 40
    again = late.context["form"]["seen"].value()
    assert sign_in(ada).post(f"{DESK}voix/", post | {"seen": again, f"voices-{bench.pk}": "38"}).status_code == 303
    assert PreselectionLine.objects.get(proposal=bench).voices == 38


def test_the_list_is_proposed_checked_and_decided_from_the_desk(forum, five, paula, now, sign_in):
    client = sign_in(paula)
    form = client.get(f"{DESK}liste/").context["form"]
    ticked = [row["line"].proposal for row in form.rows if row["keep"].value()]
    assert ticked == [five[0], five[1], five[3]]
    assert [row["said"] for row in form.rows] == [
        "gardée par ses voix", "gardée par ses voix", "", "", "repêchée pour son lieu",
    ]  # fmt: skip
    blank = {f"reason-{idea.pk}": "" for idea in five} | {"revision": "1", "common_reason": "", "words": ""}
    other = blank | {f"keep-{idea.pk}": "on" for idea in (five[0], five[2], five[3])}

    refused = client.post(f"{DESK}liste/", other)
    assert refused.status_code == 422
    assert "les voix la gardent : dites pourquoi l’écarter" in plain(refused.content.decode())
    assert client.post(f"{DESK}liste/", other | {"common_reason": "Choix du forum."}).status_code == 303
    page = read(client, DESK)
    assert "La liste garde 3 idées" in page
    assert client.post(f"{DESK}decider/", {"revision": "1"}).status_code == 303  # an older page
    assert not Preselection.objects.get().is_decided
    assert client.post(f"{DESK}decider/", {"revision": "2"}).status_code == 303
    assert Preselection.objects.get().is_decided
    assert "Décidée par l’équipe participation" in read(client, DESK)
    factory.ideas(forum, now, "gare")
    assert "Publiées après la présélection" in read(client, DESK)
    key = str(client.get(f"{DESK}rouvrir/").context["form"]["key"].value())
    assert client.post(f"{DESK}rouvrir/", {"reason": "", "key": key}).status_code == 422
    assert client.post(f"{DESK}rouvrir/", {"reason": "Deux voix mal lues.", "key": key}).status_code == 303
    assert not Preselection.objects.get().is_decided


def test_a_list_that_changed_meanwhile_keeps_what_was_typed(forum, five, paula, now, sign_in):
    client = sign_in(paula)
    post = {f"reason-{idea.pk}": "" for idea in five} | {f"keep-{five[n].pk}": "on" for n in (0, 1, 3)}
    factory.listed(forum, paula, now, five[0], five[1], five[3])

    refused = client.post(f"{DESK}liste/", post | {"revision": "1", "words": "À la halle."})

    assert "Quelqu’un a enregistré des voix ou une liste" in plain(refused.content.decode())
    assert "À la halle." in refused.content.decode()
    assert refused.context["form"]["revision"].value() == "2"


def test_a_jury_is_waited_for_by_name(town, paula, now, sign_in):
    cycle = factory.edition(now, bodies=[factory.JURY], mode="jury", body="jury")
    bench, _tree = factory.ideas(cycle, now, "mariniers", "gare")
    factory.listed(cycle, paula, now, bench, common_reason="Moins utile.")
    client = sign_in(paula)

    assert "Noter la décision de l’instance" in read(client, DESK)
    assert "/bureau/instances/" in client.get(DESK).context["record_url"]
    assert "La feuille de vote" not in read(client, DESK)
    assert "il n’y a pas de voix à compter" in read(client, f"{DESK}voix/")
    body = meetings.body(now, cycle=cycle, name="Jury citoyen", slug="jury", rule_code="jury", powers=["preselection"])
    assert client.get(DESK).context["record_url"] == f"/bureau/instances/{body.pk}/decisions/"


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_same_whatever_the_number(forum, paula, now, sign_in, client, number, django_assert_num_queries):
    ideas = factory.ideas(forum, now, *["gare", "mariniers", "ville"][:number])
    factory.counted(forum, paula, now, ideas, [9] * number)
    factory.listed(forum, paula, now, *ideas)
    desk = sign_in(paula)
    desk.get(DESK)
    with django_assert_num_queries(11):
        desk.get(DESK)
    factory.decided(forum, paula, now)
    desk.logout()
    with django_assert_num_queries(8):
        client.get(PAGE)


# For everybody


def test_nothing_of_the_voices_is_public_before_the_decision(forum, five, client):
    page = read(client, PAGE)

    assert "On choisit, parmi 5 idées" in page
    assert "40" not in page.split("<main")[1]
    assert read(client, f"{PAGE}resultat.csv", 404)
    assert "La présélection : comment elle se fait" in read(client, "/2026/")


def test_the_result_says_each_idea_its_voices_and_why(forum, five, decided, client):
    first, second, third, rescued, town_wide = five
    response = client.get(PAGE)
    page = plain(response.content.decode())

    assert "3 idées continuent, sur 5" in page
    assert "À la halle, de 10 h à 18 h." in page
    assert "Décidée par l’équipe participation, le 2 mars 2026." in page
    rows = response.context["page"].object_list
    assert [(row.number, row.rank, row.voices, row.outcome) for row in rows] == [
        (first.number, 1, 40, "Gardée par ses voix"),
        (second.number, 2, 30, "Gardée par ses voix"),
        (rescued.number, 5, 9, "Repêchée pour son lieu"),
        (third.number, 3, 20, "Non présélectionnée"),
        (town_wide.number, 4, 15, "Non présélectionnée"),
    ]
    file = client.get(f"{PAGE}resultat.csv").content.decode().splitlines()
    assert file[0].lstrip("\ufeff") == "rang;numéro;idée;lieu;voix;résultat;pourquoi"
    assert [line.split(";")[1] for line in file[1:]] == [row.number for row in rows]
    assert plain(file[4]).endswith("20;Non présélectionnée;3e sur 5 par ses voix : l’article 14 en garde 3 au plus.")
    assert "La présélection : les voix, les idées gardées et les raisons" in read(client, "/2026/")
    own = read(client, f"/2026/projets/{third.number}/")
    assert "Présélection : non présélectionnée" in own
    assert "3e sur 5" in own
    found = read(client, "/2026/idees/?etape=not_kept")
    assert [idea.number in found for idea in five] == [False, False, True, False, True]


def test_an_idea_that_left_since_is_no_longer_shown(forum, five, decided, client, now):
    proposals.withdraw(five[0], at=now)

    page = read(client, PAGE)

    assert "1 idée, retirée ou masquée depuis, n’est plus montrée." in page
    assert f"{five[0].number}<" not in page
    assert "2 idées continuent, sur 4" in page


def test_the_checkpoint_has_its_figures(forum, five, decided, now):
    assert selectors.preselection_figures(forum, now) == [
        ("Idées candidates", "5"), ("Personnes présentes", "50"), ("Voix données", "114"), ("Idées gardées", "3"),
        ("dont repêchées pour leur lieu", "1"),
    ]  # fmt: skip
    services.reopen_preselection(
        forum, by=Preselection.objects.get().decided_by, at=now, reason="Erreur.", key="0" * 32
    )
    assert selectors.preselection_figures(forum, now) == []


# On paper


@pytest.mark.parametrize(
    ("kind", "words"), [("vote", "cochez 8 idées au plus"), ("comptage", "Un bâton par croix, par paquets de cinq.")]
)
def test_the_sheets_are_tagged_a4_with_every_number(forum, five, paula, chloe, now, sign_in, kind, words):
    assert sign_in(paula).post(f"{DESK}feuille/", {"feuille": kind}).status_code == 303
    job = Job.objects.get()
    assert job.arguments == {"cycle": "2026"}
    spec = registries.reports[job.kind]
    facts = spec.build(job.arguments)

    content = rendering.render_pdf(spec.template, facts, language="fr", title=str(spec.title))

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
        assert pdf.Root.MarkInfo.Marked
    assert words in plain(render_to_string(spec.template, facts | {"title": str(spec.title)}))
    assert [line.proposal.number for group in facts["groups"] for line in group.lines].count(five[0].number) == 1
    with pytest.raises(Refused, match="n’existe pas"):
        documents.request_job(spec.key, arguments={"cycle": "2026"}, by=chloe, at=now)


def test_a_sheet_needs_ideas_and_voices(town, paula, now):
    cycle = factory.edition(now)
    with pytest.raises(Refused, match="Aucune idée n’est encore candidate"):
        documents.request_job("preselection_ballot", arguments={"cycle": "2026"}, by=paula, at=now)
    jury = {"mode": "jury", "body": "jury", "choices": 0, "keeps_at_most": 0, "minimum_per_area": 0}
    values = cycle_factory.next_version(cycle).values
    cycle_factory.adopt(cycle, values | {"preselection": jury, "bodies": {"listed": [factory.JURY]}})
    with pytest.raises(Refused, match="ne compte pas de voix"):
        documents.request_job("preselection_tally", arguments={"cycle": "2026"}, by=paula, at=now)
    assert Phase.objects.filter(kind="preselection").exists()


# By letter


def letter(event: str, number: str) -> tuple[str, str]:
    return mail.letter(OutboxMessage.objects.get(event=event, key__startswith=number), public_body())


def test_who_is_not_kept_reads_the_voices_the_reason_and_what_to_do(decided, five):
    subject, body = letter("idea_not_preselected", five[2].number)

    assert plain(subject) == f"Votre idée {five[2].number} n’est pas présélectionnée : voici pourquoi"
    said = plain(body)
    for words in (
        "Les idées étaient trop nombreuses pour continuer toutes",
        "Elle a reçu 20 voix.",
        "Pourquoi : 3e sur 5 par ses voix : l’article 14 en garde 3 au plus.",
        "Vous pouvez la proposer de nouveau à la prochaine édition",
        "Décidé par l’équipe participation, selon l’article 14 du règlement.",
        "http://testserver/2026/preselection/",
        f"http://testserver/2026/projets/{five[2].number}/",
    ):
        assert words in said
    assert "remplace la précédente" not in said


def test_who_is_kept_for_its_place_knows_it_and_what_comes_next(decided, five):
    subject, body = letter("idea_preselected", five[3].number)

    said = plain(body)
    assert plain(subject) == f"Bonne nouvelle : votre idée {five[3].number} est présélectionnée"
    assert "Elle est gardée pour son lieu, « La Gare »" in said
    assert "Et maintenant : les services l’étudient." in said


def test_an_opinion_is_told_as_one(town, paula, now):
    cycle = factory.edition(now, mode="supports", keeps_at_most=1, is_opinion_only=True)
    bench, tree = factory.ideas(cycle, now, "mariniers", "gare")
    services.save_voices(cycle, by=paula, at=now, voices=factory.typed((bench, 5), (tree, 9)))
    factory.listed(cycle, paula, now, tree)
    factory.decided(cycle, paula, now)

    _subject, body = letter("preselection_opinion", bench.number)

    assert "La présélection ne met pas en avant votre idée" in plain(body)
    assert "C’est un avis : il n’écarte aucune idée, et la vôtre continue." in plain(body)


def test_the_desk_of_the_vote_sends_to_the_preselection_first(town, paula, now, sign_in):
    cycle = factory.edition(now, after_study=True, mode="supports", keeps_at_most=1)
    bench, tree = factory.feasible(cycle, now, "mariniers", "gare")
    opens_at = now + 30 * DAY
    facts = {"kind": PollKind.PRACTICE, "title": "Vote", "opens_at": opens_at, "closes_at": opens_at + DAY}
    poll = voting.create_poll(cycle, by=paula, at=now, **facts)

    page = read(sign_in(paula), f"/bureau/vote/{poll.pk}/")
    assert "La présélection vient d’abord" in page
    assert DESK in page
    services.save_voices(cycle, by=paula, at=now, voices=factory.typed((bench, 5), (tree, 9)))
    factory.listed(cycle, paula, now, tree)
    factory.decided(cycle, paula, now)
    assert "n’a pas gardés (article 14)" in read(sign_in(paula), f"/bureau/vote/{poll.pk}/")
    assert tree.title in read(sign_in(paula), "/2026/campagne/")
    assert bench.title not in read(sign_in(paula), "/2026/campagne/")
