"""The one-year review: owed from the proclamation, reminded once, written by several, validated, kept as published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bp_platform.accounts.models import Role
from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.documents.models import Job
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from proposals.models import Follow
from realisation import figures, selectors, services, tasks
from realisation.models import OneYearReview, Rectification, ReviewBlock
from tests.factories import cycles, voting
from tests.factories import realisation as factory
from tests.people import BUILDER, staff

DAY = timedelta(days=1)


def plain(words: object) -> str:
    return str(words).replace("\u00a0", " ").replace("\u202f", " ")


def refusal(act, *args, **facts) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **facts)
    return plain(caught.value)


def letters(event: str) -> list[tuple[str, str]]:
    found = OutboxMessage.objects.filter(event=event).order_by("pk")
    return [tuple(map(plain, mail.letter(message, public_body()))) for message in found]


def acts() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


@pytest.fixture
def review(cycle, delivery) -> OneYearReview:
    return OneYearReview.objects.get(cycle=cycle)


class TestSchedule:
    def test_it_is_owed_from_the_proclamation(self, town, at):
        voted = cycles.cycle(at, slug="2025", prefix="BP25", open_phase="proclamation")
        voting.proclaimed(voted, at)

        made = services.schedule_review(voted, by=BUILDER, at=at + DAY)
        services.schedule_review(voted, by=BUILDER, at=at + 2 * DAY)

        assert made.scheduled_on == date(2027, 3, 2)
        assert acts().count("schedule_review") == 1
        assert OneYearReview.objects.count() == 1

    @pytest.mark.parametrize("kind", ["practice", "replay"])
    def test_a_vote_that_decides_nothing_owes_nothing(self, town, at, kind):
        tried = cycles.cycle(at, slug="2025", prefix="BP25")
        voting.proclaimed(tried, at, kind=kind)

        assert services.schedule_review(tried, by=BUILDER, at=at) is None

    def test_a_designation_owes_it_too(self, town, at):
        named = cycles.cycle(at, slug="2025", prefix="BP25", open_phase="proclamation")
        cycles.drop_phases(named, "vote")
        assert services.schedule_review(named, by=BUILDER, at=at) is None
        factory.laureate(named, at)

        assert services.schedule_review(named, by=BUILDER, at=at).scheduled_on == date(2027, 2, 23)

    def test_a_vote_of_29_february(self):
        assert selectors.a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
        assert selectors.a_year_after(date(2027, 2, 28)) == date(2028, 2, 28)

    def test_the_clock_schedules_and_reminds(self, town, paula, monkeypatch):
        now = datetime(2027, 2, 10, 9, tzinfo=UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        voted = cycles.cycle(now, slug="2025", prefix="BP25", open_phase="realisation")
        voting.proclaimed(voted, now - 340 * DAY)

        tasks.follow_reviews()
        tasks.follow_reviews()

        assert [subject for subject, _text in letters("review_due")] == [
            "Édition 2025 : le bilan est à publier pour le 7 mars 2027"
        ]

    def test_each_reminder_leaves_once(self, review, paula, at):
        due = datetime(2027, 3, 2, 9, tzinfo=UTC)
        sent = {}
        for days in (-31, -30, -29, -1, 0, 1, 29, 30, 31, 95):
            now = due + days * DAY
            sent[days] = [services.remind_review(row, at=now) for row in selectors.reviews_to_remind(now)]

        assert {days for days, found in sent.items() if found == [True]} == {-30, 0, 30, 95}
        assert [subject for subject, _text in letters("review_due")] == [
            "Édition 2026 : le bilan est à publier pour le 2 mars 2027",
            "Édition 2026 : le bilan est à publier pour le 2 mars 2027",
            "Édition 2026 : le bilan a 30 jours de retard",
            "Édition 2026 : le bilan a 95 jours de retard",
        ]
        assert services.remind_review(review, at=due + 95 * DAY) is False
        assert acts().count("remind_review") == 4

    def test_the_public_is_told(self, cycle, review, elias, at):
        said = [plain(selectors.review_line(cycle, at + days * DAY)) for days in (0, 365, 366, 400)]
        factory.published(cycle, at, by=elias)

        assert said == [
            "Bilan attendu pour le 2 mars 2027", "Bilan attendu pour le 2 mars 2027", "Bilan en retard de 1 jour",
            "Bilan en retard de 35 jours",
        ]  # fmt: skip
        assert selectors.review_line(cycle, at + 400 * DAY) == ""


class TestBlocks:
    def write(self, review, key="overview", **facts):
        item = selectors.draft(review, facts["at"]).find(key)
        values = {"text": "Nos mots.", "version": item.version, "based_on": item.based_on}
        return services.write_block(review, key, **values | facts)

    def test_the_data_proposes_and_somebody_writes(self, review, delivery, paula, at):
        before = selectors.draft(review, at)
        self.write(review, by=paula, at=at)
        after = selectors.draft(review, at)

        assert [item.key for item in before.blocks] == [
            "overview", "participation", "answers", f"laureat-{delivery.proposal.number}", "money", "changes", "leftover",
            "lessons", "next", "method",
        ]  # fmt: skip
        assert plain(before.find("overview").block.text).startswith("1 idée a été déposée. 1 projet est lauréat.")
        assert (after.find("overview").block.text, after.find("overview").version) == ("Nos mots.", 1)
        assert acts()[-1] == "write_block"

    def test_what_is_saved_unchanged_stays_the_datas(self, review, delivery, paula, at):
        item = selectors.draft(review, at).find("money")
        self.write(review, "money", by=paula, at=at, text=item.block.text)
        factory.enter(delivery, "commit", "12000.00", at)

        found = selectors.draft(review, at).find("money")

        assert "12 000 € sont commandés" in plain(found.block.text)
        assert not found.is_written

    def test_words_that_the_figures_have_overtaken_say_so(self, review, delivery, paula, at):
        self.write(review, "money", by=paula, at=at)
        assert not selectors.draft(review, at).find("money").is_stale
        factory.enter(delivery, "commit", "12000.00", at)

        assert selectors.draft(review, at).find("money").is_stale

    def test_the_proposed_text_comes_back(self, review, paula, at):
        self.write(review, by=paula, at=at)
        services.restore_block(review, "overview", by=paula, at=at)

        found = selectors.draft(review, at).find("overview")

        assert (found.is_written, found.block.text == found.proposed, acts()[-1]) == (False, True, "restore_block")

    def test_a_second_writer_is_shown_the_first_ones_words(self, review, paula, at):
        self.write(review, by=paula, at=at, text="La première version.")

        with pytest.raises(services.Overtaken) as caught:
            self.write(review, by=paula, at=at, text="La mienne.", version=0)

        assert plain(caught.value).startswith("Ce texte a été enregistré par quelqu’un d’autre pendant que vous")
        assert caught.value.block.text == "La première version."

    def test_the_same_words_twice_are_one_act(self, review, paula, at):
        for _twice in range(2):
            self.write(review, by=paula, at=at, version=0)

        assert (ReviewBlock.objects.get().version, acts().count("write_block")) == (1, 1)

    def test_a_block_is_hidden_for_a_reason_and_shown_again(self, review, paula, at):
        with pytest.raises(ValidationError, match="dites pourquoi"):
            services.hide_block(review, "method", by=paula, at=at, reason=" ")
        services.hide_block(review, "method", by=paula, at=at, reason="Déjà dit ailleurs.")
        hidden = selectors.draft(review, at)
        services.show_block(review, "method", by=paula, at=at)

        assert hidden.find("method").hidden_reason == "Déjà dit ailleurs."
        assert "method" not in [block.key for block in hidden.document.blocks]
        assert "method" in [block.key for block in selectors.draft(review, at).document.blocks]
        assert acts()[-2:] == ["hide_block", "show_block"]

    def test_money_laureates_and_what_is_abandoned_are_never_hidden(self, review, delivery, paula, at):
        for key in ("money", "changes", f"laureat-{delivery.proposal.number}"):
            said = refusal(services.hide_block, review, key, by=paula, at=at, reason="Gênant.")
            assert said == "L’argent, les lauréats et les abandons figurent toujours au bilan."
        with pytest.raises(IntegrityError, match="compulsory_is_shown"), transaction.atomic():
            ReviewBlock.objects.create(
                review=review, key="money", kind="money", is_hidden=True, hidden_reason="Gênant.", changed_at=at
            )

    def test_blocks_move_and_a_new_laureate_finds_its_place(self, cycle, review, delivery, paula, at):
        services.move_block(review, "money", by=paula, at=at, up=True)
        services.move_block(review, "overview", by=paula, at=at, up=True)
        other = factory.delivery(cycle, at, price="1000.00")
        review.refresh_from_db()

        numbers = [f"laureat-{row.proposal.number}" for row in (delivery, other)]
        assert [item.key for item in selectors.draft(review, at).blocks][3:6] == ["money", *numbers]
        assert acts().count("move_block") == 1

    def test_a_text_of_ones_own_once(self, review, paula, at):
        key = uuid4()
        for _twice in range(2):
            services.add_block(review, by=paula, at=at, title="Un mot du conseil", text="Merci.", key=key)

        assert [item.block.title for item in selectors.draft(review, at).blocks][-2] == "Un mot du conseil"
        assert acts().count("add_block") == 1

    @pytest.mark.parametrize("key", ["nimporte", "laureat-BP26-9999", "vote"])
    def test_a_block_that_does_not_exist(self, review, paula, at, key):
        said = refusal(services.write_block, review, key, by=paula, at=at, text="x", version=0)

        assert said == "Ce bloc n’existe pas dans ce bilan."

    def test_only_the_team_writes(self, review, elias, chloe, at):
        for who in (elias, chloe):
            assert refusal(self.write, review, by=who, at=at) == "Seule l’équipe participation peut le faire."


class TestValidation:
    def test_the_four_steps_and_their_letters(self, cycle, review, delivery, paula, elias, at):
        Follow.objects.create(proposal=delivery.proposal, contact=delivery.proposal.owners.get().contact, since=at)
        services.submit_review(review, by=paula, at=at, validator=elias)
        services.validate_review(review, by=elias, at=at)
        done = services.publish_review(review, by=paula, at=at)

        assert (done.state, plain(done.validated_label)) == ("published", "Élias Ben Amar, élu·e")
        assert [act for act in acts() if act.endswith("_review")] == [
            "submit_review",
            "validate_review",
            "publish_review",
        ]
        assert [letters(event)[0][0] for event in ("review_submitted", "review_validated", "review_published")] == [
            "Édition 2026 : un bilan à valider", "Édition 2026 : le bilan est validé",
            "Édition 2026 : le bilan est publié",
        ]  # fmt: skip
        assert "http://testserver/2026/bilan/" in letters("review_published")[0][1]
        assert len(letters("review_published")) == 1
        assert Job.objects.get().kind == "one_year_review"

    def test_who_wrote_does_not_validate(self, review, paula, at):
        paula_is_elected = staff("paulette", "Paulette", "Roy", Role.PARTICIPATION, at)
        from bp_platform.accounts import services as accounts

        accounts.appoint(paula_is_elected, by=BUILDER, at=at, role=Role.ELECTED, from_on=date(2025, 1, 1))
        services.write_block(review, "lessons", by=paula_is_elected, at=at, text="Planter tôt.", version=0)

        with pytest.raises(ValidationError, match="une autre personne le valide"):
            services.submit_review(review, by=paula, at=at, validator=paula_is_elected)
        assert list(selectors.validators_of(review, at)) == []

    def test_who_submits_does_not_validate(self, review, at):
        both = staff("paulette", "Paulette", "Roy", Role.ELECTED, at)
        from bp_platform.accounts import services as accounts

        accounts.appoint(both, by=BUILDER, at=at, role=Role.PARTICIPATION, from_on=date(2025, 1, 1))

        with pytest.raises(ValidationError, match="une autre personne le valide"):
            services.submit_review(review, by=both, at=at, validator=both)

    def test_a_step_out_of_turn_names_the_state(self, review, paula, elias, farid, at):
        assert refusal(services.publish_review, review, by=paula, at=at) == (
            "On ne peut pas publier le bilan : l’état actuel est « brouillon »."
        )
        services.submit_review(review, by=paula, at=at, validator=elias)
        assert refusal(services.publish_review, review, by=paula, at=at) == (
            "On ne peut pas publier le bilan : l’état actuel est « à valider »."
        )
        assert refusal(services.validate_review, review, by=farid, at=at) == (
            "Seul·e un·e élu·e ou responsable de direction valide un bilan."
        )
        assert refusal(services.write_block, review, "overview", by=paula, at=at, text="x", version=0) == (
            "Le bilan est soumis à validation : reprenez-le en brouillon pour le modifier."
        )

    def test_it_is_sent_back_with_remarks(self, review, paula, elias, at):
        services.submit_review(review, by=paula, at=at, validator=elias)
        with pytest.raises(ValidationError, match="dites ce qui est à reprendre"):
            services.send_back_review(review, by=elias, at=at, reason=" ")
        back = services.send_back_review(
            review,
            by=elias,
            at=at,
            reason="Dites pourquoi le retard.",
            remarks={"changes": "Trop court.", "money": " "},
        )

        assert (back.state, back.submitted_at, back.remarks) == ("draft", None, {"changes": "Trop court."})
        assert selectors.draft(back, at).find("changes").remark == "Trop court."
        subject, text = letters("review_sent_back")[0]
        assert subject == "Édition 2026 : le bilan est à reprendre"
        assert "Dites pourquoi le retard." in text
        assert services.submit_review(back, by=paula, at=at, validator=elias).remarks == {}

    def test_figures_that_move_after_the_validation_are_told(self, cycle, review, delivery, elias, at):
        done = factory.validated(cycle, at, by=elias)
        still = selectors.figures_moved(done, selectors.figures_of(cycle, at + DAY))
        factory.enter(delivery, "commit", "10.00", at)

        assert still is False
        assert selectors.figures_moved(done, selectors.figures_of(cycle, at)) is True


class TestPublished:
    def test_it_never_changes_while_the_ledger_goes_on(self, cycle, delivery, elias, at, client):
        factory.spent(delivery, at, committed="12000.00", invoiced="8000.00", paid="8000.00")
        factory.published(cycle, at, by=elias)
        before = client.get("/2026/bilan/").content, client.get("/2026/bilan.csv").content
        factory.spent(delivery, at, committed="1000.00", invoiced="1000.00", paid="1000.00")
        services.abandon(delivery, by=factory.HAND, at=at, reason="Le sol est pollué.")

        after = client.get("/2026/bilan/").content, client.get("/2026/bilan.csv").content

        assert tokenless(after[0]) == tokenless(before[0])
        assert after[1] == before[1]
        assert "8\u00a0000,00\u00a0€" in after[0].decode()

    def test_the_database_keeps_it(self, cycle, delivery, elias, at):
        done = factory.published(cycle, at, by=elias)

        for attack in ({"document": {}}, {"state": "draft"}, {"validated_label": "Moi"}):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                OneYearReview.objects.filter(pk=done.pk).update(**attack)

    def test_what_is_kept_is_read_back_the_same(self, cycle, review, delivery, at):
        factory.spent(delivery, at, committed="12000.00", invoiced="8000.00", paid="7999.99")
        made = selectors.draft(review, at).document

        assert figures.read(figures.kept(made)) == made

    def test_the_money_is_the_money_pages(self, cycle, delivery, at):
        factory.spent(delivery, at, committed="12000.00", invoiced="8000.00", paid="7999.99")
        other = factory.delivery(cycle, at, price="9000.00")
        factory.enter(other, "release", "500.00", at)
        kept, page = selectors.figures_of(cycle, at), selectors.money_page(cycle)

        for name in ("voted_eur", "paid_eur", "committed_eur", "planned_eur", "moved_eur", "left_eur"):
            assert getattr(kept.money, name) == getattr(page.money, name), name
        assert sum(p.paid_eur for p in kept.laureates) == kept.money.paid_eur == Decimal("7999.99")
        assert selectors.page_of(figures.Document(kept, ()), cycle).slices == page.money.slices

    def test_a_rectification_is_dated_and_added_once(self, cycle, delivery, paula, elias, at, client):
        done, key = factory.published(cycle, at, by=elias), uuid4()
        for _twice in range(2):
            services.rectify_review(done, by=paula, at=at, text="Lire 12 arbres et non 10.", key=key)

        assert "Lire 12 arbres et non 10." in client.get("/2026/bilan/").content.decode()
        assert (Rectification.objects.count(), acts().count("rectify_review")) == (1, 1)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Rectification.objects.update(text="Rien.")

    def test_a_rectification_is_of_a_published_review(self, review, paula, at):
        assert refusal(services.rectify_review, review, by=paula, at=at, text="x") == (
            "Le bilan n’est pas publié : modifiez-le directement."
        )

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_figures_cost_the_same_for_one_and_for_three(self, cycle, at, number, django_assert_num_queries):
        for _ in range(number):
            made = factory.delivery(cycle, at, price="20000.00")
            services.post_update(made, by=factory.HAND, at=at, text="Oui.")
        public_body()

        with django_assert_num_queries(24):
            selectors.figures_of(cycle, at)


def tokenless(page: bytes) -> str:
    """A page without what changes at each visit: its form's token."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())


def test_a_laureate_without_resolution_is_told(cycle, at):
    factory.laureate(cycle, at, price="5000.00", title="Un verger")

    [project] = selectors.figures_of(cycle, at).laureates

    assert (project.title, project.status, project.voted_eur) == (
        "Un verger", "Lauréat, en attente du conseil", Decimal("5000.00"),
    )  # fmt: skip
