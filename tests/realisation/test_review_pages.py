"""The review's pages: its plan and blocks at the desk, its public page, its data, its PDF."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from bp_platform.core.models import JournalEntry
from bp_platform.documents import rendering
from realisation import figures, review_report, selectors, services
from realisation.models import OneYearReview, ReviewBlock
from tests.factories import cycles
from tests.factories import realisation as factory

DESK = "/bureau/bilans/2026/"
DAY = timedelta(days=1)


def plain(words: object) -> str:
    return re.sub(r"\s+", " ", str(words).replace("\u00a0", " ").replace("\u202f", " ")).strip()


def words(response) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def said(response) -> list[str]:
    return [plain(message) for message in get_messages(response.wsgi_request)][-1:]


def errors(response, form: str = "form") -> dict[str, list[str]]:
    return {name: [plain(one) for one in found] for name, found in response.context[form].errors.items()}


@pytest.fixture
def review(cycle, delivery) -> OneYearReview:
    return OneYearReview.objects.get(cycle=cycle)


@pytest.fixture
def desk(review, paula, sign_in):
    return sign_in(paula)


def block_form(client, key: str = "lessons", **changes) -> dict[str, object]:
    """What the page of a block would post."""
    form = client.get(f"{DESK}blocs/{key}/").context["form"]
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: "" if value is None else value for name, value in found.items()} | changes


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    return SimpleUploadedFile("cour.png", out.getvalue(), content_type="image/png")


def test_the_plan_lists_the_blocks_and_what_comes_next(desk, review):
    text = words(desk.get(DESK))

    for title in ("En un coup d’œil", "Où est passé l’argent", "Ce que nous avons appris à écrire", "Faire valider"):
        assert title in text
    assert "proposé par les données" in text


def test_a_block_is_written_and_leads_to_the_next(desk, review):
    kept = desk.post(f"{DESK}blocs/lessons/", block_form(desk, text="Sonder avant."))
    onwards = desk.post(f"{DESK}blocs/next/", block_form(desk, "next", text="Merci.", suivant="1"))

    assert (kept.status_code, kept["Location"]) == (303, f"{DESK}#lessons")
    assert said(kept) == ["« Ce que nous avons appris » est enregistré."]
    assert onwards["Location"] == f"{DESK}blocs/method/"
    assert dict(ReviewBlock.objects.values_list("key", "text")) == {"lessons": "Sonder avant.", "next": "Merci."}


def test_who_comes_second_gets_both_texts_and_loses_nothing(desk, review, at):
    stale = block_form(desk, text="Ma version à moi.")
    desk.post(f"{DESK}blocs/lessons/", block_form(desk, text="La version d’en face."))

    second = desk.post(f"{DESK}blocs/lessons/", stale)
    merged = dict(second.context["form"].data) | {"text": "Les deux réunies."}
    third = desk.post(f"{DESK}blocs/lessons/", merged)

    assert second.status_code == 422
    assert "réunissez les deux versions" in errors(second)["__all__"][0]
    shown = words(second)
    assert "La version d’en face." in shown
    assert "Ma version à moi." in shown
    assert third.status_code == 303
    assert ReviewBlock.objects.get().text == "Les deux réunies."


def test_a_picture_is_described_and_published_with_the_review(desk, review, elias, paula, at):
    bare = desk.post(f"{DESK}blocs/overview/", block_form(desk, "overview", photo=picture()))
    told = desk.post(
        f"{DESK}blocs/overview/", block_form(desk, "overview", photo=picture(), alt_text="La cour, verte.")
    )
    services.submit_review(review, by=paula, at=at, validator=elias)
    services.validate_review(review, by=elias, at=at)
    services.publish_review(review, by=paula, at=at)

    assert errors(bare) == {"alt_text": ["décrivez l’image en une phrase : tout le monde ne la voit pas."]}
    assert told.status_code == 303
    page = desk.get("/2026/bilan/").content.decode()
    address = re.search(r'<img class="picture" src="([^"]+)" alt="La cour, verte."', page)
    desk.logout()
    assert desk.get(address[1]).status_code == 200


def test_a_block_is_hidden_shown_moved_and_taken_back(desk, review):
    asked = desk.post(f"{DESK}blocs/method/masquer/", {"reason": ""})
    hidden = desk.post(f"{DESK}blocs/method/masquer/", {"reason": "Déjà dit."})
    listed = words(desk.get(DESK))
    money = desk.post(f"{DESK}blocs/money/masquer/", {"reason": "Gênant."})
    acts = [
        desk.post(f"{DESK}blocs/{path}/", data)
        for path, data in (
            ("method/montrer", {}), ("method/deplacer", {"monter": "1"}), ("method/reprendre", {}), ("method/sans-image", {}),
        )
    ]  # fmt: skip

    assert errors(asked) == {"reason": ["dites pourquoi ce bloc ne figure pas au bilan."]}
    assert said(hidden) == ["« Comment lire ces chiffres » ne figure plus au bilan."]
    assert "masqué Déjà dit." in listed
    assert errors(money) == {"__all__": ["L’argent, les lauréats et les abandons figurent toujours au bilan."]}
    assert [response.status_code for response in acts] == [303] * 4
    assert selectors.block_keys(OneYearReview.objects.get())[-2:] == ["method", "next"]


def test_a_text_is_added_once(desk, review):
    form = {"title": "Un mot", "text": "Merci.", "key": str(uuid4())}
    for _twice in range(2):
        done = desk.post(f"{DESK}ajouter/", form)
    empty = desk.post(f"{DESK}ajouter/", {"title": "", "text": "Oui.", "key": str(uuid4())})

    assert done.status_code == 303
    assert ReviewBlock.objects.count() == 1
    assert errors(empty, "new_form") == {"title": ["donnez un titre à ce texte."]}


def test_from_the_draft_to_the_page(desk, review, elias, sign_in, paula, at):
    nobody = desk.post(f"{DESK}soumettre/", {"validator": ""})
    early = desk.post(f"{DESK}publier/")
    asked = desk.post(f"{DESK}soumettre/", {"validator": elias.pk})
    assert errors(nobody, "submit_form") == {"validator": ["choisissez la personne qui validera."]}
    assert said(early) == ["On ne peut pas publier le bilan : l’état actuel est « brouillon »."]
    assert said(asked) == ["Le bilan (Édition 2026) est soumis à Élias Ben Amar."]

    elected = sign_in(elias)
    empty = elected.post(f"{DESK}renvoyer/", {"reason": ""})
    back = elected.post(f"{DESK}renvoyer/", {"reason": "Le retard ?", "bloc-changes": "Dites pourquoi."})
    assert errors(empty) == {"reason": ["dites ce qui est à reprendre, en une phrase."]}
    assert back.status_code == 303
    desk = sign_in(paula)
    shown = words(desk.get(DESK))
    assert "À reprendre Le retard ?" in shown
    assert "Remarque : Dites pourquoi." in shown

    desk.post(f"{DESK}soumettre/", {"validator": elias.pk})
    elected = sign_in(elias)
    assert said(elected.post(f"{DESK}valider/")) == ["Vous avez validé le bilan (Édition 2026)."]
    assert said(elected.post(f"{DESK}publier/")) == ["Seule l’équipe participation peut le faire."]
    desk = sign_in(paula)
    done = desk.post(f"{DESK}publier/")
    again = desk.post(f"{DESK}publier/")
    assert said(done) == ["Le bilan (Édition 2026) est publié ; les porteurs et les abonnés sont prévenus."]
    assert said(again) == ["Le bilan est déjà publié."]
    corrected = desk.post(f"{DESK}rectifier/", {"text": "Lire 12 et non 10.", "key": str(uuid4())})
    assert corrected.status_code == 303
    assert desk.get(f"{DESK}blocs/money/").status_code == 404
    assert "Rectifications" in words(desk.get("/2026/bilan/"))


def test_the_public_waits_then_reads(
    cycle, delivery, elias, at, client, django_capture_on_commit_callbacks, time_machine
):
    now = at + 30 * DAY
    time_machine.move_to(now)
    awaited = client.get("/2026/bilan/")
    linked = words(client.get("/2026/realisation/"))
    OneYearReview.objects.update(scheduled_on=(now - 12 * DAY).date())
    late = words(client.get("/2026/bilan/"))
    missing = [client.get(path).status_code for path in ("/2026/bilan.csv", "/2026/bilan.json")]
    with django_capture_on_commit_callbacks(execute=True):
        factory.published(cycle, now, by=elias)
    page = client.get("/2026/bilan/")

    assert "Bilan attendu pour le" in words(awaited)
    assert "Bilan attendu pour le" in linked
    assert "Bilan en retard de 12 jours" in late
    assert missing == [404, 404]
    assert "Validé par Élias Ben Amar, élu·e" in words(page)
    assert "Lire le bilan à un an" in words(client.get("/2026/realisation/"))
    assert "Lire le bilan à un an" in words(client.get("/2026/"))


def test_an_edition_that_promises_nothing_has_no_review(cycle, client):
    assert client.get("/2026/bilan/").status_code == 404


def test_the_data_is_the_page(cycle, delivery, elias, at, client):
    factory.spent(delivery, at, committed="12000.00", invoiced="8000.00", paid="7999.99")
    factory.published(cycle, at, by=elias)

    page, value = words(client.get("/2026/bilan/")), json.loads(client.get("/2026/bilan.json").content)
    raw = client.get("/2026/bilan.csv").content.decode("utf-8-sig")
    rows = {
        (r["partie"], r["indicateur"], r["précision"]): r["valeur"]
        for r in csv.DictReader(io.StringIO(raw), delimiter=";")
    }

    assert value["licence"] == "Licence Ouverte 2.0 (Etalab)"
    assert value["figures"] == figures.plain(selectors.published_document(OneYearReview.objects.get()).figures)
    for name, key in (("payé", "paid_eur"), ("reliquat", "left_eur"), ("à engager", "planned_eur")):
        amount = rows["argent", name, ""]
        assert amount == value["figures"]["money"][key]
        assert f"{float(amount):,.2f} €".replace(",", " ").replace(".", ",") in page


def test_its_pdf_is_ordered_by_anybody_once_published(cycle, delivery, elias, at, client):
    arguments = {"cycle": "2026"}
    assert client.post("/2026/bilan/pdf/").status_code == 404
    assert not review_report.may_request(None, arguments, at)
    factory.published(cycle, at, by=elias)

    ordered = client.post("/2026/bilan/pdf/")
    spec = review_report.ONE_YEAR_REVIEW
    content = rendering.render_pdf(spec.template, spec.build(arguments), language="fr", title=str(spec.title))

    assert ordered.status_code == 303
    assert client.get(ordered["Location"]).status_code == 200
    assert content.startswith(b"%PDF-")
    assert spec.file_name(arguments) == "bilan-2026.pdf"


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(
    cycle, at, paula, elias, sign_in, client, django_assert_num_queries, number
):
    for _ in range(number):
        made = factory.delivery(cycle, at, price="20000.00")
        services.post_update(made, by=factory.HAND, at=at, text="Oui.")
    desk = sign_in(paula)
    desk.get(DESK)
    with django_assert_num_queries(31):
        assert desk.get(DESK).status_code == 200
    factory.published(cycle, at, by=elias)
    client.get("/2026/")

    with django_assert_num_queries(6):
        assert client.get("/2026/bilan/").status_code == 200


def test_a_review_is_begun_before_it_is_owed(cycle, paula, elias, sign_in):
    assert sign_in(elias).post(f"{DESK}commencer/").status_code == 404
    desk = sign_in(paula)
    assert "Commencer le bilan : Édition 2026" in words(desk.get("/bureau/bilans/"))
    for _twice in range(2):
        begun = desk.post(f"{DESK}commencer/")

    assert begun["Location"] == DESK
    phase = cycle.phases.get(kind="review")
    assert OneYearReview.objects.get().scheduled_on == timezone.localtime(phase.opens_at).date()
    assert JournalEntry.objects.filter(act="open_review").count() == 1
    cycles.drop_phases(cycle, "review")
    OneYearReview.objects.all().delete()
    refused = desk.post(f"{DESK}commencer/")
    assert said(refused)[0].startswith("Cette édition n’a ni résultat ni phase de bilan")
