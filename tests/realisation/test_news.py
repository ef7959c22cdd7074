"""News: one short form, one letter, and the clock that shows who is silent."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bp_platform.accounts import services as accounts
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from proposals import services as proposals
from realisation import selectors, services
from realisation.models import ProgressUpdate
from tests.factories import cycles as rulebooks

DAY = timedelta(days=1)


def photograph() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile("chantier.jpg", out.getvalue(), "image/jpeg")


def test_news_reach_the_owner_and_each_follower(delivery, bruno, at):
    marc = accounts.add_contact(name="Marc", email="marc@valrive.example")
    proposals.follow(delivery.proposal, contact=marc, at=at)

    services.post_update(delivery, by=bruno, at=at, text="  Les arbres sont commandés. ", next_on=at.date() + 9 * DAY)

    (update,) = ProgressUpdate.objects.all()
    assert (update.text, update.state, update.author_label) == (
        "Les arbres sont commandés.",
        "scheduled",
        "Direction des espaces verts",
    )
    told = OutboxMessage.objects.filter(event="delivery_news").order_by("contact__name")
    assert [(m.contact.name, m.context["next_on"]) for m in told] == [
        ("Aïcha Benali", "11 mars 2026"),
        ("Marc", "11 mars 2026"),
    ]
    assert JournalEntry.objects.exclude(chain="house").order_by("position").last().act == "post_update"


def test_news_may_move_the_delivery(delivery, bruno, at):
    services.post_update(delivery, by=bruno, at=at, text="Le chantier commence.", to="works")

    delivery.refresh_from_db()
    assert (delivery.state, ProgressUpdate.objects.get().state) == ("works", "works")
    assert OutboxMessage.objects.get(event="delivery_news").context["status"] == "en travaux"


def test_a_delivered_project_is_told_once(delivery, bruno, at):
    services.post_update(delivery, by=bruno, at=at, text="La cour est ouverte.", to="delivered")

    events = OutboxMessage.objects.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["delivery_scheduled", "delivery_done"]
    assert OutboxMessage.objects.get(event="delivery_done").context["text"] == "La cour est ouverte."


def test_the_same_news_sent_twice_is_one(delivery, bruno, at):
    key = uuid4()

    first = services.post_update(delivery, by=bruno, at=at, text="Oui.", key=key)
    second = services.post_update(delivery, by=bruno, at=at, text="Oui.", key=key)

    assert first == second
    assert OutboxMessage.objects.filter(event="delivery_news").count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"text": "  "}, "Ce champ ne peut pas être vide|Écrivez la nouvelle"),
        ({"text": "Oui.", "next_text": "Plantation"}, "Indiquez la date de cette prochaine étape."),
    ],
)
def test_news_say_something(delivery, bruno, at, facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.post_update(delivery, by=bruno, at=at, **facts)


def test_the_next_date_is_to_come(delivery, bruno, at):
    with pytest.raises(ValidationError, match="choisissez une date à venir"):
        services.post_update(delivery, by=bruno, at=at, text="Oui.", next_on=at.date() - DAY)


def test_another_department_gives_no_news(delivery, farid, at):
    with pytest.raises(Refused, match="Seule la direction qui réalise ce projet"):
        services.post_update(delivery, by=farid, at=at, text="Oui.")


def test_a_photograph_is_redrawn_and_public(delivery, bruno, at, client):
    services.post_update(delivery, by=bruno, at=at, text="Voyez.", photos=[services.Photo(photograph(), "Les arbres")])

    photo = ProgressUpdate.objects.get().photos.get().file
    assert (photo.is_public, photo.content_type) == (True, "image/webp")
    page = client.get("/2026/realisation/").content.decode()
    assert selectors.delivery_summary(delivery.proposal, at).news.photos[0].url in page
    assert 'alt="Les arbres"' in page


def test_a_false_photograph_keeps_nothing(delivery, bruno, at):
    liar = services.Photo(SimpleUploadedFile("chantier.jpg", b"<script>", "image/jpeg"))

    with pytest.raises(ValidationError, match="pas d’un type accepté"):
        services.post_update(delivery, by=bruno, at=at, text="Voyez.", photos=[liar])

    assert ProgressUpdate.objects.count() == 0


@pytest.mark.parametrize(
    ("days", "silence"),
    [(90, ""), (91, "sans nouvelles depuis 91 jours"), (120, "sans nouvelles depuis 120 jours")],
)
def test_the_clock_of_news(delivery, at, days, silence):
    assert selectors.delivery_summary(delivery.proposal, at + days * DAY).silence == silence


def test_news_start_the_clock_again(delivery, bruno, at):
    services.post_update(delivery, by=bruno, at=at + 80 * DAY, text="Toujours là.")

    assert selectors.delivery_summary(delivery.proposal, at + 170 * DAY).silence == ""
    assert selectors.delivery_summary(delivery.proposal, at + 171 * DAY).silence == "sans nouvelles depuis 91 jours"


def test_the_rhythm_is_the_one_of_the_rulebook(cycle, at, request):
    version = rulebooks.next_version(cycle)
    version.values["delivery"]["update_every_days"] = 30
    version.save()
    delivery = request.getfixturevalue("delivery")  # its first act freezes the article

    assert selectors.delivery_summary(delivery.proposal, at + 31 * DAY).silence == "sans nouvelles depuis 31 jours"


def test_a_suspended_project_still_owes_news_a_delivered_one_no_more(delivery, bruno, at):
    services.suspend(delivery, by=bruno, at=at, reason="Le ru est en crue.")
    assert selectors.delivery_summary(delivery.proposal, at + 91 * DAY).silence == "sans nouvelles depuis 91 jours"

    services.resume(delivery, by=bruno, at=at)
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    assert selectors.delivery_summary(delivery.proposal, at + 91 * DAY).silence == ""


def test_four_photographs_each_with_what_it_shows(delivery, bruno, at, client):
    photos = [services.Photo(photograph(), f"Photo {n}") for n in range(1, 5)]

    services.post_update(delivery, by=bruno, at=at, text="Voyez.", photos=photos)

    shown = selectors.delivery_summary(delivery.proposal, at).news.photos
    assert [photo.alt for photo in shown] == ["Photo 1", "Photo 2", "Photo 3", "Photo 4"]
    page = client.get(f"/2026/projets/{delivery.proposal.number}/").content.decode()
    assert all(f'alt="Photo {n}"' in page for n in range(1, 5))
    with pytest.raises(ValidationError, match="quatre photos au plus"):
        services.post_update(delivery, by=bruno, at=at, text="Encore.", photos=[services.Photo(photograph())] * 5)


def test_the_photograph_that_is_refused_is_named_and_nothing_is_published(delivery, bruno, at):
    photos = [services.Photo(photograph()), services.Photo(SimpleUploadedFile("a.jpg", b"<script>"))]

    with pytest.raises(ValidationError) as refused:
        services.post_update(delivery, by=bruno, at=at, text="Voyez.", photos=photos)

    assert list(refused.value.error_dict) == ["photo_2"]
    assert (ProgressUpdate.objects.count(), OutboxMessage.objects.filter(event="delivery_news").count()) == (0, 0)


def test_a_second_news_of_the_day_waits_for_the_morning_a_correction_does_not(delivery, bruno, at):
    for hours, text in ((0, "Les arbres arrivent."), (3, "Ils sont plantés."), (26, "Ils sont arrosés.")):
        services.post_update(delivery, by=bruno, at=at + timedelta(hours=hours), text=text)

    rows = OutboxMessage.objects.filter(event="delivery_news").order_by("pk")
    assert list(rows.values_list("cadence", flat=True)) == ["at_once", "daily", "at_once"]
    services.plan_milestone(
        delivery, by=bruno, at=at, kind="delivery", planned_on=at.date() + 999 * DAY, delay_reason="Le gel."
    )
    assert OutboxMessage.objects.get(event="delivery_change").cadence == "at_once"
