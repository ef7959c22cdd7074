"""The paper ballot: tagged, one sheet per scope, the same numbers as the keying page, the rule in words."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from pypdf import PdfReader

from bp_platform.accounts.models import Role
from bp_platform.core import registries
from bp_platform.documents import rendering
from bp_platform.documents.models import Job
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from voting import kit_reports, selectors, services
from voting.tally.values import BallotKind, BallotRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def colette(db, at):
    return staff("colette", "Colette", "Nguyen", Role.COUNT, at)


def test_the_sheet_holds_the_sealed_list_with_the_numbers_that_are_keyed(poll):
    [sheet] = selectors.paper_ballots(poll)

    assert sheet.rule == "Cochez 5 projets au plus."
    assert sheet.limit == "Pas plus de 5 cases\u00a0: au-delà, le bulletin entier est nul."
    numbers = paper.numbers(poll)
    titles = {p.number: p.title for p in selectors.sealed_of(poll).projects}
    assert [(p.number, p.title) for p in sheet.projects] == sorted((n, titles[k]) for k, n in numbers.items())


def test_a_withdrawn_project_stays_on_the_sheet_and_says_so(poll):
    services.withdraw_project(poll, "BP26-0003", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")

    [sheet] = selectors.paper_ballots(poll)

    assert [p.title for p in sheet.projects if p.is_withdrawn] == ["Le quai à vélo"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (BallotRule(BallotKind.APPROVAL, max_choices=5), "Cochez 5 projets au plus."),
        (BallotRule(BallotKind.APPROVAL, min_choices=3, max_choices=3), "Cochez exactement 3 projets."),
        (BallotRule(BallotKind.APPROVAL), "Cochez les projets que vous soutenez."),
        (BallotRule(BallotKind.CHOOSE_ONE), "Cochez un seul projet."),
        (BallotRule(BallotKind.POINTS, max_sum_points=10), "Répartissez vos points entre les projets."),
        (BallotRule(BallotKind.RANKING, ranks=3), "Classez vos projets\u00a0: 1 pour le premier, puis 2, 3…"),
        (BallotRule(BallotKind.GRADES, grades=5), "Donnez une mention aux projets."),
    ],
)
def test_the_rule_is_in_words(rule, words):
    assert selectors.sheet_rule(rule) == words


def test_nobody_prints_a_ballot_at_home(poll, chloe, paula, colette, at):
    may = registries.reports["paper_ballot"].may_request

    assert may(paula, {"poll": poll.pk}, at)
    assert may(colette, {"poll": poll.pk}, at)
    assert "on en reçoit un en émargeant" in str(may(chloe, {"poll": poll.pk}, at).reason)
    assert str(may(paula, {"poll": 0}, at).reason) == "Ce vote n’existe pas."


def test_it_exists_once_the_list_is_sealed(draft, paula, sign_in, at):
    page = sign_in(paula).get(f"/bureau/vote/{draft.pk}/papier/imprimer/").content.decode()

    assert "s’imprime une fois la liste du vote scellée" in page
    assert "Fabriquer" not in page


def test_the_desk_orders_it(sign_in, paula, poll):
    client, url = sign_in(paula), f"/bureau/vote/{poll.pk}/papier/imprimer/"

    assert "Bulletin papier" in client.get(f"/bureau/vote/{poll.pk}/").content.decode()
    assert "Cochez 5 projets au plus." in client.get(url).content.decode()
    assert client.post(url).status_code == 303
    assert Job.objects.get().kind == "paper_ballot"


@pytest.mark.slow
def test_the_ballot_is_one_tagged_page_with_its_numbers_in_order(poll, town):
    spec = kit_reports.PAPER_BALLOT
    content = rendering.render_pdf(spec.template, spec.build({"poll": poll.pk}), language="fr", title=str(spec.title))

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert (len(pdf.pages), bool(pdf.Root.MarkInfo.Marked), str(pdf.Root.Lang)) == (1, True, "fr")
    words = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "Cochez 5 projets au plus." in words
    order = [p.title for p in selectors.sealed_of(poll).projects]
    assert re.findall("|".join(order), words) == order
