"""« Ce que cette phase nous a appris »: owed when a phase ends, asked to residents, adjusted, published."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.core.tasks import keep_times
from cycles import policies, selectors, services, waiting
from cycles.models import Adjustment, Checkpoint, CheckpointAnswer, Lesson
from tests.factories import cycles as factory
from tests.factories import meetings
from tests.factories import proposals as ideas
from tests.reading import Page, plain

pytestmark = pytest.mark.django_db

PUBLIC = "/2026/bilans-de-phase/"


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(at):
    """An edition in its study: the call has ended a week ago."""
    return factory.cycle(at, open_phase="instruction")


@pytest.fixture
def call(cycle):
    return cycle.phases.get(kind="call")


def desk_of(phase):
    return f"/bureau/bilans-de-phase/2026/{phase.pk}/"


def acts(cycle):
    return list(
        JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    )


def written(call, paula, at, **facts):
    given = {"held_on": at.date(), "worked": "Les ateliers.", "failed": "Le formulaire."}
    return services.write_checkpoint(call, by=paula, at=at, **(given | facts))


def test_the_team_is_reminded_until_it_is_published(cycle, call, paula, sign_in, at):
    assert waiting.checkpoints(paula, at) == "1 bilan de phase à faire"
    desk = sign_in(paula)
    assert "Appel à idées terminée le" in Page(desk.get("/bureau/bilans-de-phase/")).text

    made = written(call, paula, at)
    assert waiting.checkpoints(paula, at) == "1 bilan de phase à faire"
    services.publish_checkpoint(made, by=paula, at=at)

    assert waiting.checkpoints(paula, at) == ""
    assert waiting.checkpoints(paula, at + timedelta(days=400)) == ""
    values = factory.next_version(cycle).values
    factory.adopt(cycle, values | {"evaluation": values["evaluation"] | {"checkpoints": ["vote"]}})
    Checkpoint.objects.all().delete()
    assert waiting.checkpoints(paula, at) == ""


def test_a_checkpoint_from_the_desk_to_its_page(cycle, call, paula, sign_in, at, time_machine):
    ideas.published(at, cycle=cycle)
    committee = meetings.body(at, cycle=cycle)
    desk, address = sign_in(paula), desk_of(call)
    assert "Idées déposées" in Page(desk.get(address)).text
    said = {"held_on": "2026-03-01", "bodies": [committee.pk], "present": "14", "worked": "Les ateliers.", "failed": ""}
    assert desk.post(f"{address}ecrire/", said).status_code == 303
    assert "Dites d’abord ce qui a marché" in Page(desk.get(address)).text
    desk.post(f"{address}ecrire/", said | {"failed": "Le formulaire était long."})
    desk.post(f"{address}acte/", {"acte": "demander"})
    for _twice in range(2):
        desk.post(f"{address}acte/", {"acte": "publier"})
    assert "publiez ensuite" in Page(desk.get(address)).text

    aicha = Client()
    assert "Trois questions, une minute" in Page(aicha.get(PUBLIC)).text
    assert aicha.post(f"{PUBLIC}appel/", {"was_clear": "2", "remark": "Trop de champs."}).status_code == 303
    aicha.post(f"{PUBLIC}appel/", {"was_clear": "1", "was_heard": "0", "remark": "Trop de champs."})
    Client().post(f"{PUBLIC}appel/", {"was_clear": "2", "remark": "Insulte."})
    assert "déjà répondu" in Page(aicha.get(f"{PUBLIC}appel/")).text
    assert "Répondez à une question au moins" in Page(Client().post(f"{PUBLIC}appel/", {})).text
    first, second = CheckpointAnswer.objects.order_by("pk")
    read = Page(desk.get(address)).all("input", name="lu")[0].get("value")
    aicha.post(f"{PUBLIC}appel/", {"was_clear": "1", "was_heard": "0", "remark": "Changée depuis."})
    unread = desk.post(f"{address}acte/", {"acte": f"montrer-{first.pk}", "lu": read}, follow=True)
    assert "relisez-la" in Page(unread).text
    aicha.post(f"{PUBLIC}appel/", {"was_clear": "1", "was_heard": "0", "remark": "Trop de champs."})
    desk.post(f"{address}acte/", {"acte": f"montrer-{first.pk}", "lu": read})
    desk.post(f"{address}acte/", {"acte": f"garder-{second.pk}"})
    change = {"words": "Quatre questions au plus.", "key": str(uuid4())}
    wrong = desk.post(f"{address}changement/", change | {"effect": ""})
    assert "choisissez quand cela change" in Page(wrong).text.lower()
    for _twice in range(2):
        sent = desk.post(f"{address}changement/", change | {"effect": "next", "setting": "proposers.minimum_age"})
        assert sent.status_code == 303
    desk.post(f"{address}acte/", {"acte": "n’importe-quoi"})
    for forged in ("montrer-²", f"garder-{'9' * 5000}"):
        assert desk.post(f"{address}acte/", {"acte": forged}).status_code == 303

    later = at + timedelta(days=16)
    time_machine.move_to(later, tick=False)
    late = aicha.post(f"{PUBLIC}appel/", {"was_clear": "2", "remark": "Tard"})
    assert late.status_code == 422 and "On ne répond plus" in Page(late).text and "Tard" in late.content.decode()
    services.publish_checkpoint(Checkpoint.objects.get(), by=paula, at=later)

    page = Page(Client().get(f"{PUBLIC}appel/"))
    for words in (
        "Fait le 1er mars 2026 , 14 personnes présentes", "Comité de suivi", "Les ateliers.", "Quatre questions au plus.",
        "À la prochaine édition", "Idées déposées", "2 personnes ont répondu.", "Trop de champs.",
    ):  # fmt: skip
        assert words.replace(" ,", ",") in page.text.replace(" ,", ","), words
    assert "Insulte." not in page.text
    assert [(one.yes, one.partly, one.no) for one in selectors.feelings(Checkpoint.objects.get())] == [
        (1, 1, 0), (0, 0, 0), (0, 0, 1),
    ]  # fmt: skip
    done = [act for act in acts(cycle) if "checkpoint" in act or act in {"ask_residents", "adjust", "write_lesson"}]
    assert done == [
        "write_checkpoint", "write_checkpoint", "ask_residents", "show_checkpoint_remark", "keep_checkpoint_remark",
        "write_lesson", "adjust", "publish_checkpoint",
    ]  # fmt: skip
    copy = services.clone_cycle(cycle, by=paula, at=later, title="2027", slug="2027", number_prefix="BP27")
    assert [lesson.text for lesson in selectors.lessons_before(copy)] == ["Quatre questions au plus."]
    assert Client().get(f"{PUBLIC}vote/").status_code == 404


def test_what_is_refused(cycle, call, paula, chloe, sign_in, at):
    study = cycle.phases.get(kind="instruction")
    with pytest.raises(Refused, match="son bilan se fait ensuite"):
        written(study, paula, at)
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        written(call, chloe, at)
    with pytest.raises(ValidationError, match="pas encore venu"):
        written(call, paula, at, held_on=at.date() + timedelta(days=1))
    other = meetings.body(at, cycle=factory.cycle(at, slug="2027", prefix="BP27"))
    with pytest.raises(ValidationError, match="d’une autre édition"):
        written(call, paula, at, bodies=[other])
    made = written(call, paula, at)
    with pytest.raises(Refused, match="ne sont pas interrogé·es"):
        services.answer_checkpoint(made, at=at, browser="a", feelings={"was_clear": 2})
    services.ask_residents(made, by=paula, at=at)
    with pytest.raises(Refused, match="déjà été posées"):
        services.ask_residents(made, by=paula, at=at)
    with pytest.raises(IntegrityError, match="adjustment_has_one_effect"), transaction.atomic():
        Adjustment.objects.create(checkpoint=made, text="x", effect="next", decided_at=at, key=uuid4())
    assert sign_in(chloe).get(desk_of(call)).status_code == 404
    assert sign_in(paula).get(desk_of(study)).status_code == 404


def test_an_adjustment_now_names_its_deviation_and_may_be_taken_back(cycle, call, paula, at):
    made = written(call, paula, at)
    deviation = services.record_deviation(
        cycle, by=paula, at=at, section="proposers", what="Le papier jusqu’au 9.", why="La grève.",
        decided_by="Le conseil", decided_on=at.date(), key=uuid4(),
    )  # fmt: skip
    now = services.adjust(made, by=paula, at=at, words="Le papier.", effect="this", key=uuid4(), deviation=deviation)
    later = services.adjust(made, by=paula, at=at, words="Une affiche.", effect="next", key=uuid4())
    for _twice in range(2):
        services.withdraw_adjustment(later, by=paula, at=at)
    services.publish_checkpoint(made, by=paula, at=at)

    assert (now.deviation, now.lesson) == (deviation, None)
    assert Lesson.objects.get().withdrawn_at == at
    assert acts(cycle).count("withdraw_adjustment") == 1
    page = Page(Client().get(f"{PUBLIC}appel/")).text
    assert "dérogation à l’article 2" in page and "Une affiche." not in page
    with pytest.raises(Refused, match="il ne change plus"):
        services.adjust(made, by=paula, at=at, words="Tard.", effect="this", key=uuid4())


def test_no_edition_ends_without_what_its_reglement_promises(cycle, call, paula, at):
    """Article 11: a checkpoint after the call, residents asked; a phase that the calendar has not is not asked for."""
    promised = {"checkpoints": ["call", "diagnosis"], "is_asked_to_residents": True}
    assert policies.may_end(cycle, at)
    factory.adopt(cycle, {"evaluation": promised})
    assert "(article 11) : Appel à idées. Publiez-le" in plain(str(policies.may_end(cycle, at).reason))

    made = written(call, paula, at)
    assert "Appel à idées" in str(policies.may_end(cycle, at).reason)
    services.publish_checkpoint(made, by=paula, at=at)
    assert "promet d’interroger les habitant·es (article 11)" in str(policies.may_end(cycle, at).reason)
    assert not registries.objection("close_cycle", cycle, at)

    Checkpoint.objects.update(asked_from=at - timedelta(days=20), asked_until=at - timedelta(days=5))
    assert policies.may_end(cycle, at)


def test_remarks_are_erased_a_year_after(cycle, call, paula, at, time_machine):
    made = services.ask_residents(written(call, paula, at), by=paula, at=at)
    services.answer_checkpoint(made, at=at, browser="a", feelings={"was_clear": 2}, remark="Plus court.")
    time_machine.move_to(at + timedelta(days=390), tick=False)

    keep_times()

    assert list(CheckpointAnswer.objects.values_list("remark", "was_clear")) == [("", 2)]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(cycle, call, paula, at, number, django_assert_num_queries):
    made = written(call, paula, at)
    for n in range(number):
        services.adjust(made, by=paula, at=at, words=f"Changement {n}", effect="next", key=uuid4())
    services.publish_checkpoint(made, by=paula, at=at)
    client = Client()
    client.get(f"{PUBLIC}appel/")

    with django_assert_num_queries(5):
        page = client.get(f"{PUBLIC}appel/").content.decode()

    assert page.count("Changement") == number
