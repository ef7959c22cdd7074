"""The shared diagnosis: said without a name, grouped, prioritised with dots, published; the call refers to it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import services
from cycles.models import Concern, Issue, Phase
from tests.factories import cycles as factory
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(at, town):
    made = factory.cycle(at)
    Phase.objects.create(
        cycle=made, kind="diagnosis", opens_at=at - timedelta(days=2), closes_at=at + timedelta(days=9)
    )
    return made


def acts():
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


def test_the_diagnosis_goes_from_a_sentence_to_its_publication(at, cycle, paula, chloe):
    said = services.say_concern(cycle, "Rien à l’ombre, place du Marché.", at=at, key="x")
    assert services.say_concern(cycle, "Rien à l’ombre, place du Marché.", at=at, key="x") == said
    paper = services.say_concern(cycle, "On a chaud à l’école.", by=paula, at=at + timedelta(days=20), channel="paper")
    insult = services.say_concern(cycle, "Le voisin est un âne.", at=at)
    shade = services.add_issue(cycle, by=paula, at=at, title="L’ombre")
    noise = services.add_issue(cycle, by=paula, at=at, title="Le bruit")

    assert (
        services.group_concerns(cycle, by=paula, at=at, choices={said.pk: shade, paper.pk: shade, insult.pk: None}) == 2
    )
    services.set_concern_aside(insult, by=paula, at=at, reason="Il insulte quelqu’un")
    wall = {"source": "meeting", "place": "Marché", "on_date": at.date(), "sheets": 4}
    services.count_dots(cycle, by=paula, at=at, dots={shade.pk: 12, noise.pk: 0}, key=uuid4(), **wall)
    diagnosis = services.publish_diagnosis(cycle, by=paula, at=at, words="Il fait chaud.")

    assert diagnosis.published_at == at
    assert acts().count("group_concern") == 2
    assert acts()[-1] == "publish_diagnosis"
    for act, sentence in (
        (lambda: services.say_concern(cycle, "Trop tard", at=at), "n’y ajoute plus"),
        (lambda: services.add_issue(cycle, by=paula, at=at, title="Tard"), "il ne change plus"),
        (
            lambda: services.count_dots(cycle, by=paula, at=at, dots={shade.pk: 9}, key=uuid4(), **wall),
            "il ne change plus",
        ),
        (lambda: services.publish_diagnosis(cycle, by=paula, at=at, words=""), "il ne change plus"),
    ):
        with pytest.raises(Refused, match=sentence):
            act()
    with pytest.raises(IntegrityError, match="concern_set_aside_says_why"), transaction.atomic():
        Concern.objects.filter(pk=insult.pk).update(set_aside_reason="")


def test_what_is_refused(at, cycle, paula, chloe):
    with pytest.raises(Refused, match="est clos depuis le"):
        services.say_concern(cycle, "Trop tard", at=at + timedelta(days=20))
    with pytest.raises(Refused, match="ouvre le"):
        services.say_concern(cycle, "Trop tôt", at=at - timedelta(days=20))
    with pytest.raises(Refused, match="Seuls l’équipe participation"):
        services.say_concern(cycle, "Du papier", by=RESIDENT, at=at, channel="paper")
    with pytest.raises(ValidationError, match="même en quelques mots"):
        services.say_concern(cycle, "  ", at=at)
    with pytest.raises(Refused, match="n’a pas d’enjeu"):
        services.publish_diagnosis(cycle, by=paula, at=at, words="")
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.add_issue(cycle, by=chloe, at=at, title="Le mien")
    services.add_issue(cycle, by=paula, at=at, title="L’ombre")
    with pytest.raises(ValidationError, match="existe déjà"):
        services.add_issue(cycle, by=paula, at=at, title="L’ombre")
    other = factory.cycle(at, slug="2027", prefix="BP27")
    with pytest.raises(Refused, match="pas de diagnostic partagé"):
        services.say_concern(other, "Ici", at=at)


def test_the_pages_of_the_diagnosis(at, cycle, client, sign_in, paula):
    with time_machine.travel(at, tick=False):
        page = Page(client.post("/2026/diagnostic/", {"words": "Rien à l’ombre.", "once": "x"}, follow=True))
        assert "C’est noté." in page.text
        assert Concern.objects.get().words == "Rien à l’ombre."
        assert "même en quelques mots" in Page(client.post("/2026/diagnostic/", {"words": ""})).error_of("words")
        desk = sign_in(paula)
        one = "/bureau/diagnostic/2026/"
        desk.post(f"{one}constat/", {"words": "On a chaud.", "channel": "paper", "once": "y"})
        desk.post(f"{one}enjeu/", {"title": "L’ombre"})
        issue = Issue.objects.get()
        first, second = Concern.objects.order_by("pk")
        assert "Rien à l’ombre." in Page(desk.get(one)).text
        desk.post(f"{one}regrouper/", {f"concern-{first.pk}": str(issue.pk), f"concern-{second.pk}": ""})
        desk.post(f"{one}ecarter/{second.pk}/", {"reason": "Hors sujet"})
        wall = {"source": "meeting", "place": "Marché", "on_date": "2026-03-01", "sheets": "4", "key": str(uuid4())}
        desk.post(f"{one}gommettes/", wall | {f"dots-{issue.pk}": "12"})
        for page in ("constat/", "enjeu/", "regrouper/", "gommettes/", "publier/", f"ecarter/{first.pk}/"):
            assert desk.get(one + page).status_code == 200
        desk.post(f"{one}publier/", {"words": "Il fait chaud."})
        client.logout()
        public = Page(client.get("/2026/diagnostic/"))
        assert "12 gommettes · 1 constat" in public.text
        assert "d’après 1 constat. Il ouvre un appel à idées." in public.text
        assert not public.all("form")
        assert client.get(one).status_code == 302


def test_what_waits_is_offered_first_and_a_stale_page_undoes_nothing(at, cycle, sign_in, paula):
    shade = services.add_issue(cycle, by=paula, at=at, title="L’ombre")
    rows = [
        Concern(cycle=cycle, words=f"Constat {n}", issue=shade, channel="online", key=f"k{n}", said_at=at)
        for n in range(100)
    ]
    sorted_before = Concern.objects.bulk_create(rows)
    waiting = services.say_concern(cycle, "Rien à l’ombre.", at=at)
    desk = sign_in(paula)

    with time_machine.travel(at, tick=False):
        assert "Rien à l’ombre." in Page(desk.get("/bureau/diagnostic/2026/regrouper/")).text
        desk.post("/bureau/diagnostic/2026/regrouper/", {f"concern-{waiting.pk}": str(shade.pk)})

    assert Concern.objects.filter(issue=shade).count() == len(sorted_before) + 1
