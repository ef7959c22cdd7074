"""The bundle: the same vote always gives the same bytes, nothing joins a receipt and a ballot, and what is small or long
is not published whole."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import IntegrityError
from django.utils import translation

from tests.factories import voting as make
from tests.reading import plain
from tests.voting.publication.bundles import facts_of, recounted, unzipped
from tests.voting.tally.polls import approvals, marks, project, scope, votes
from voting import bundle, canonical, selectors, services
from voting.disclosure import Level, level
from voting.models import PublishedBundle
from voting.services import publication
from voting.tally.values import BallotKind, BallotRule, Method, Rules

NEW = ("/2026/resultats/dossier.zip", "/2026/resultats/ville.pb")
SHORT, LONG = BallotRule(BallotKind.APPROVAL, max_choices=5), BallotRule(BallotKind.APPROVAL, max_choices=6)


def after(poll):
    return poll.closes_at + make.HOUR


def counted(poll):
    for act in (services.close, services.open_box, services.count):
        poll = act(poll, by=make.BUILDER, at=after(poll))
    return poll


@pytest.fixture
def voted(draft, review):
    """Sixty people: the courtyard 40, the orchard 25, both for some; five blanks."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(60)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        numbers = [n for n, is_chosen in (("BP26-0001", place < 40), ("BP26-0002", 30 <= place < 55)) if is_chosen]
        services.cast_many(poll, [review(poll, entry, *numbers)])
    return poll


@pytest.fixture
def proclaimed(voted):
    return services.proclaim(counted(voted), by=make.BUILDER, at=after(voted))


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return {name: made.read(name) for name in made.namelist()}


@pytest.mark.django_db
def test_the_proclamation_keeps_one_bundle_that_everybody_downloads(proclaimed, client):
    kept = PublishedBundle.objects.get(poll=proclaimed)

    answer = client.get(NEW[0])
    assert answer.content == bytes(kept.content)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/zip",
        'attachment; filename="vote-2026.zip"',
    )
    assert sha256(answer.content).hexdigest() == kept.digest
    page = plain(client.get("/2026/resultats/").content.decode())
    for words in (
        kept.digest,
        "Télécharger le dossier",
        "python3 recompter.py .",
        "Le recomptage donne le même résultat.",
    ):
        assert words in page


@pytest.mark.django_db
def test_it_holds_these_files_and_they_recount(proclaimed, tmp_path):
    content = selectors.bundle_bytes(proclaimed)
    files = opened(content)

    assert sorted(files) == [
        "LISEZMOI.txt", "SHA256SUMS", "cloture.json", "emargements.csv", "projets.csv", "recompter.py", "recus.txt",
        "resultats.csv", "resultats.json", "scelle.json", "totaux.csv", "urne.csv", "vote.pb",
    ]  # fmt: skip
    assert files["scelle.json"] == bytes(proclaimed.sealed)
    assert files["resultats.json"] == bytes(proclaimed.result.content)
    assert files["recus.txt"].decode().split() == [ref.hex() for ref in selectors.box_refs(proclaimed)]
    assert rows(files["totaux.csv"])[1:] == [["ville", "contenus", "60", "55", "5", "0"]]
    assert rows(files["emargements.csv"])[1:] == [["en ligne", "en ligne", "60"]]
    assert rows(files["urne.csv"])[1] == ["ville", "1", "", ""]
    assert rows(files["urne.csv"])[-1] == ["ville", "60", "BP26-0002", ""]
    assert recounted(unzipped(content, tmp_path))[1][-1] == "Le recomptage donne le même résultat."


@pytest.mark.django_db
def test_built_twice_in_another_language_from_rows_in_another_order_it_is_the_same(proclaimed, lifted):
    first = selectors.bundle_bytes(proclaimed)
    with translation.override("en"):
        again = bundle.archive(publication.bundle_facts(proclaimed))
    lifted("CREATE TEMP TABLE shuffled AS SELECT * FROM voting_ballot")
    lifted("DELETE FROM voting_ballot")
    lifted("INSERT INTO voting_ballot (id, poll_id, scope, channel, content, null_reason) SELECT id + 1000, poll_id, scope, channel, content, null_reason FROM shuffled ORDER BY md5(id::text)")  # fmt: skip
    lifted("DROP TABLE shuffled")

    assert first == again == bundle.archive(publication.bundle_facts(proclaimed))


def test_the_order_of_facts_changes_no_byte():
    urn = {**approvals({"A B": 30, "B": 15}), **approvals({"C": 10, "": 5})}
    facts = facts_of(
        [project(n, 40, scope="ville") for n in "ABC"], Rules((scope(100, SHORT, id="ville"),)), {"ville": urn}
    )
    shuffled = random.Random(3)

    first = bundle.archive(facts)
    for _time in range(5):
        contents, refs = list(facts.contents), list(facts.refs)
        shuffled.shuffle(contents)
        shuffled.shuffle(refs)
        assert bundle.archive(replace(facts, contents=contents, refs=refs)) == first


@pytest.mark.django_db
def test_no_file_joins_a_receipt_and_a_ballot(proclaimed):
    files = opened(selectors.bundle_bytes(proclaimed))
    refs = files["recus.txt"].decode().split()
    numbers = {project.number for project in selectors.sealed_of(proclaimed).projects}

    for name, data in files.items():
        words = data.decode("utf-8-sig")
        if name != "recus.txt":
            assert not any(ref in words or ref.upper() in words for ref in refs), name
    assert not any(number in files["recus.txt"].decode() for number in numbers)
    assert rows(files["urne.csv"])[0] == ["perimetre", "bulletin", "choix", "nul"]
    names = list(proclaimed.entries.values_list("name", flat=True))
    assert not any(who in data.decode("utf-8-sig") for who in names for data in files.values())


@pytest.mark.django_db
@pytest.mark.parametrize("address", NEW)
def test_before_the_proclamation_nothing_answers(voted, client, address):
    assert client.get(address).status_code == 404
    counted(voted)

    assert client.get(address).status_code == 404
    assert not PublishedBundle.objects.exists()


@pytest.mark.django_db
def test_the_ballots_download_in_pabulib_where_they_are_public(proclaimed, client):
    answer = client.get(NEW[1])

    assert answer.content == opened(selectors.bundle_bytes(proclaimed))["vote.pb"]
    assert answer["Content-Disposition"] == 'attachment; filename="vote-2026-ville.pb"'
    assert client.get("/2026/resultats/autre.pb").status_code == 404
    assert 'href="/2026/resultats/ville.pb"' in client.get("/2026/resultats/").content.decode()


@pytest.mark.django_db
def test_a_bundle_that_was_edited_is_not_served(proclaimed, client, lifted):
    lifted("UPDATE voting_publishedbundle SET content = content || '\\x00'::bytea")

    assert client.get(NEW[0]).status_code == 403
    assert "ne correspond plus à son empreinte" in client.get(NEW[0]).content.decode()


@pytest.mark.django_db
def test_a_withdrawn_project_is_told(voted, tmp_path):
    services.withdraw_project(voted, "BP26-0002", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")
    poll = counted(voted)
    poll = services.proclaim(poll, by=make.BUILDER, at=after(poll))

    files = opened(selectors.bundle_bytes(poll))
    assert {row[2]: row[5] for row in rows(files["projets.csv"])[1:]}["BP26-0002"] == "Le terrain est vendu."
    assert recounted(unzipped(selectors.bundle_bytes(poll), tmp_path))[1][-1] == "Le recomptage donne le même résultat."


@pytest.mark.django_db
def test_the_marks_of_small_places_are_told_together(voted, paula):
    from voting.models import MarkChannel, RollMark

    people = make.admit(voted, *(f"Passante {n}" for n in range(130)))
    day = make.clock().date()
    RollMark.objects.bulk_create(
        RollMark(poll=voted, entry=entry, channel=channel, station=station, day=day, agent=paula)
        for entry, (station, channel) in zip(
            people,
            [("halle", MarkChannel.TABLET)] * 60 + [("halle", MarkChannel.PAPER)] * 20
            + [("mairie", MarkChannel.PAPER)] * 45 + [("gare", MarkChannel.PAPER)] * 5, strict=True,
        )
    )  # fmt: skip

    assert publication.marks_table(voted) == [
        ["en ligne", "en ligne", 60],
        ["tous moyens", "halle", 80],
        ["tous moyens", "lieux regroupés", 50],
    ]


@pytest.mark.parametrize(
    ("rule", "method", "ballots", "expected"),
    [
        (SHORT, Method.GREEDY, 50, Level.CONTENTS),
        (LONG, Method.GREEDY, 50, Level.HISTOGRAMS),
        (LONG, Method.EQUAL_SHARES, 50, Level.CONTENTS),
        (BallotRule(BallotKind.APPROVAL), Method.GREEDY, 5000, Level.HISTOGRAMS),
        (BallotRule(BallotKind.CHOOSE_ONE), Method.GREEDY, 50, Level.CONTENTS),
        (BallotRule(BallotKind.POINTS), Method.GREEDY, 50, Level.HISTOGRAMS),
        (BallotRule(BallotKind.RANKING, ranks=3), Method.GREEDY, 50, Level.HISTOGRAMS),
        (BallotRule(BallotKind.GRADES, grades=5), Method.GREEDY, 50, Level.HISTOGRAMS),
        (SHORT, Method.GREEDY, 49, Level.SCORES),
        (SHORT, Method.EQUAL_SHARES, 10, Level.SCORES),
        (SHORT, Method.GREEDY, 9, Level.ORDER),
    ],
)
def test_how_much_is_published(rule, method, ballots, expected):
    assert level(scope(100, rule, method=method), ballots, is_replay=False) is expected
    assert level(scope(100, rule, method=method), ballots, is_replay=True) is Level.CONTENTS


def files_of(rule, urn, **facts):
    listed = [project(name, 40, scope="ville") for name in "AB"]
    return bundle.files(facts_of(listed, Rules((scope(100, rule, id="ville"),)), {"ville": urn}, **facts))


def test_long_ballots_are_histograms():
    rule = BallotRule(BallotKind.POINTS, max_sum_points=9)
    files = files_of(rule, marks((30, "A4 B1"), (20, "A1"), (5, "A9 B9")), unreadable=[("ville", 2)])

    assert rows(files["histogrammes.csv"])[1:] == [
        ["ville", "A", "1", "20"], ["ville", "A", "4", "30"], ["ville", "B", "1", "30"],
    ]  # fmt: skip
    assert rows(files["totaux.csv"])[1:] == [["ville", "histogrammes", "57", "50", "0", "7"]]
    assert "urne.csv" not in files
    assert "vote.pb" not in files


def test_between_ten_and_fifty_points_are_told_by_their_sum_alone():
    files = files_of(BallotRule(BallotKind.POINTS), marks((10, "A4 B1"), (10, "A1")))

    assert rows(files["scores.csv"])[1:] == [["ville", "A", "20", "50"], ["ville", "B", "10", "10"]]
    assert not {"urne.csv", "histogrammes.csv", "vote.pb"} & set(files)


def test_under_ten_ballots_the_laureates_and_their_order_alone():
    files = files_of(SHORT, votes(A=6, B=3))

    assert canonical.load(files["resultats.json"])["result"]["scopes"] == [{"id": "ville", "winners": ["A", "B"]}]
    assert rows(files["totaux.csv"])[1:] == [["ville", "ordre", "9", "", "", ""]]
    assert not {"urne.csv", "histogrammes.csv", "scores.csv", "vote.pb"} & set(files)


@pytest.mark.django_db
def test_under_ten_ballots_no_page_and_no_letter_tells_a_vote(client, poll, aicha, review):
    from bp_platform.accounts.models import Contact
    from bp_platform.notifications.models import OutboxMessage
    from proposals.models import Owner, Proposal

    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    for proposal in Proposal.objects.order_by("number"):
        contact = Contact.objects.create(email=f"{proposal.number}@valrive.example")
        Owner.objects.create(proposal=proposal, contact=contact, joined_at=make.clock())

    poll = services.proclaim(counted(poll), by=make.BUILDER, at=after(poll))

    page, table = (plain(client.get(f"/2026/resultats{end}").content.decode()) for end in ("/", ".csv"))
    for told in (page, table):
        assert "Une cour qui respire" in told
        assert "Un verger" not in told
        assert "Aucun soutien" not in told
    assert {m.context["score"] for m in OutboxMessage.objects.all()} == {"non publié"}
    assert {m.context["reason"][:20] for m in OutboxMessage.objects.all()} == {"Moins de dix bulleti"}
    assert "Aucun soutien" not in client.get("/2026/projets/BP26-0002/").content.decode()
    assert 'href="/2026/resultats.json"' not in page


def test_a_formula_is_quoted():
    assert (
        bundle.table(["a"], [["=1+1"], ["-x"], ["plain"], [3]]) == "\ufeffa\r\n'=1+1\r\n'-x\r\nplain\r\n3\r\n".encode()
    )


@pytest.mark.django_db
def test_there_is_one_bundle_per_vote(proclaimed):
    with pytest.raises(IntegrityError):
        publication.publish_bundle(proclaimed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE voting_publishedbundle SET digest = ''",
        "DELETE FROM voting_publishedbundle",
        "UPDATE voting_nightlystatement SET total = 0",
        "DELETE FROM voting_nightlystatement",
    ],
)
def test_what_is_published_is_never_rewritten(proclaimed, sql):
    from django.db import connection

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(sql)
