"""Before an election, news is written by one person and published by another (code électoral, article L. 52-1)."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bp_platform.accounts.models import Role, User
from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from cycles.models import Election
from realisation import policies, services, waiting
from realisation.models import Delivery, HeldNews, ProgressUpdate
from tests.people import BUILDER, staff
from tests.realisation.test_news import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def reserve(cycle, at):
    Election.objects.create(kind="other", first_round_on=at.date(), last_round_on=at.date() + timedelta(days=6))


@pytest.fixture
def denise(at, green_spaces):
    return staff("denise", "Denise", "Roy", Role.HEAD, at, department=green_spaces)


@pytest.fixture
def held(delivery, reserve, bruno, at):
    return services.ask_reading(delivery, by=bruno, at=at, text="Les arbres sont là.", to="works", key=uuid4())


def photo_of():
    return {"photo_1": photograph(), "alt_1": "Des arbres en pot"}


def acts():
    found = JournalEntry.objects.filter(act__in=["ask_reading", "publish_read", "send_back_news", "post_update"])
    return list(found.order_by("pk").values_list("act", "role"))


def test_nobody_tells_news_alone_before_an_election(delivery, reserve, bruno, at):
    with pytest.raises(Refused, match="Jusqu’au 8 mars 2026, une nouvelle est relue par une deuxième personne"):
        services.post_update(delivery, by=bruno, at=at, text="Oui.")
    services.post_update(delivery, by=BUILDER, at=at, text="Importée.")
    services.post_update(delivery, by=bruno, at=at + timedelta(days=7), text="Après l’élection.")

    assert ProgressUpdate.objects.count() == 2


def test_the_other_readers_are_written_to_once(delivery, reserve, bruno, denise, paula, farid, at):
    key = uuid4()
    for _twice in range(2):
        services.ask_reading(delivery, by=bruno, at=at, text="Les arbres sont là.", key=key)

    sent = OutboxMessage.objects.filter(event="news_to_read").select_related("contact").order_by("pk")
    assert [row.contact.user for row in sent] == [denise, paula]
    subject, body = mail.letter(sent[0], public_body())
    assert subject == f"Une nouvelle à relire\u00a0: projet {delivery.proposal.number}"
    assert "Les arbres sont là." in body and f"/bureau/chantiers/{delivery.proposal.number}/" in body
    assert not OutboxMessage.objects.filter(event="delivery_news").exists()


def test_one_asks_and_another_publishes(held, delivery, bruno, denise, farid, at):
    key = held.key
    assert services.ask_reading(delivery, by=bruno, at=at, text="Encore.", key=key) == held
    assert (ProgressUpdate.objects.count(), Delivery.objects.get().state) == (0, "scheduled")
    assert not OutboxMessage.objects.filter(event="delivery_news").exists()
    with pytest.raises(Refused, match="Vous avez écrit cette nouvelle"):
        services.publish_read(held, by=bruno, at=at)
    with pytest.raises(Refused, match="Seule la direction qui réalise"):
        services.publish_read(held, by=farid, at=at)
    assert "1 nouvelle à relire" in waiting.deliveries(denise, at)
    assert "relire" not in waiting.deliveries(bruno, at)

    told = services.publish_read(held, by=denise, at=at)

    assert services.publish_read(held, by=denise, at=at) == told
    assert (told.text, told.author_label, told.state) == ("Les arbres sont là.", "Direction des espaces verts", "works")
    assert acts() == [("ask_reading", Role.AGENT), ("post_update", Role.HEAD), ("publish_read", Role.HEAD)]
    assert set(JournalEntry.objects.filter(act="publish_read").values_list("rule", flat=True)) == {"L. 52-1"}
    with pytest.raises(Refused, match="a déjà sa réponse"):
        services.send_back_news(held, by=denise, at=at, reason="Trop tard")
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldNews.objects.update(decided_by=bruno)


def test_it_is_sent_back_with_what_to_write_again_or_taken_back(held, delivery, bruno, denise, at):
    services.send_back_news(held, by=denise, at=at, reason="« Superbe » est un éloge.")
    again = services.ask_reading(delivery, by=bruno, at=at, text="Les arbres sont plantés.", key=uuid4())
    services.send_back_news(again, by=bruno, at=at, reason="Je reformule.")

    assert ProgressUpdate.objects.count() == 0
    assert acts() == [("ask_reading", Role.AGENT), ("send_back_news", Role.HEAD), ("ask_reading", Role.AGENT), ("send_back_news", Role.AGENT)]  # fmt: skip
    assert not policies.news_to_read(denise, at).exists()


def test_two_readers_at_once_publish_once(held, denise, at, green_spaces, transactional_db):
    other = staff("elise", "Élise", "Noir", Role.HEAD, at, department=green_spaces)
    barrier, said = Barrier(2), []

    def read(who: User) -> None:
        barrier.wait()
        try:
            services.publish_read(HeldNews.objects.get(), by=who, at=at)
            said.append("published")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=read, args=(who,)) for who in (denise, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["published", "refused"]
    assert ProgressUpdate.objects.count() == 1


def test_the_pages_hold_it_until_the_second_person(delivery, bruno, denise, sign_in, cycle):
    today = timezone.localdate()
    Election.objects.create(kind="other", first_round_on=today, last_round_on=today)
    path = f"/bureau/chantiers/{delivery.proposal.number}/"
    news = {"text": "Les arbres sont là.", "to": "works", "next_on": "", "next_text": "", "key": str(uuid4())}

    writer = sign_in(bruno)
    assert "Demander la relecture" in writer.get(path).content.decode()
    assert writer.post(path, news | photo_of()).status_code == 303
    page = writer.get(path).content.decode()
    assert "Vous avez écrit cette nouvelle" in page and "J’ai relu, je publie" not in page
    held = HeldNews.objects.get()
    reader = sign_in(denise)
    assert "Les arbres sont là." in reader.get("/bureau/chantiers/").content.decode()
    page = reader.get(path).content.decode()
    address = page.partition('<a href="/fichiers/')[2].partition('"')[0]
    assert "Des arbres en pot" in page and reader.get(f"/fichiers/{address}").status_code == 200
    assert reader.post(f"{path}relire/{held.pk}/reprendre/", {"reason": ""}).status_code == 422
    assert f'data-sent="{held.key}"' in sign_in(bruno).get(path).content.decode()
    services.send_back_news(held, by=denise, at=timezone.now(), reason="Dites combien.")
    page = sign_in(bruno).get(path).content.decode()
    assert "Dites combien." in page and ">\nLes arbres sont là.</textarea>" in page  # nothing typed is lost
    assert sign_in(bruno).post(path, news | photo_of() | {"key": str(uuid4())}).status_code == 303
    held = HeldNews.objects.get(decided_at=None)
    assert "Dites combien." not in sign_in(bruno).get(path).content.decode()
    reader = sign_in(denise)
    assert reader.post(f"{path}relire/{held.pk}/publier/").status_code == 303

    told = ProgressUpdate.objects.get()
    assert [photo.file.is_public for photo in told.photos.all()] == [True]
    assert reader.get(f"{path}relire/{held.pk}/publier/").status_code == 405
