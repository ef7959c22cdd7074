"""The règlement’s life: coherent, adopted, withdrawn, never rewritten; what departs from it is told."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.models import Deviation, RulebookState, RulebookVersion
from cycles.rules import Rules
from tests.factories import cycles as factory
from tests.people import BUILDER

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _today(at, time_machine):
    """Views read the clock: it is the test's moment."""
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(town, at):
    """A public edition during its call, version 1 adopted; every warning read."""
    return factory.read_warnings(factory.cycle(at, open_phase="call"), at)


def draft_of(cycle, at, **sections):
    plain = Rules().model_dump(mode="json")
    for name, changes in sections.items():
        plain[name] |= changes
    return services.draft_rulebook(cycle, by=BUILDER, at=at, values=plain)


def last_line(cycle):
    return JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("-position").first()


def test_the_council_adopts_with_its_document_and_the_page_says_so(
    cycle, paula, at, sign_in, client, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    draft_of(cycle, at, ballot={"maximum_choices": 3})
    page = sign_in(paula).get("/bureau/editions/2026/adoption/").content.decode()
    assert "Le projet est prêt pour le conseil" in page

    data = {"resolution": "Délibération 2026-012", "resolution_on": "2026-02-27"}
    upload = SimpleUploadedFile("deliberation.pdf", PDF, "application/pdf")
    answer = sign_in(paula).post("/bureau/editions/2026/adoption/", data | {"document": upload})

    assert answer.status_code == 303, answer.content.decode()[-3000:]
    version = selectors.adopted_version(cycle)
    assert (version.number, version.resolution_on, version.based_on.number) == (2, date(2026, 2, 27), 1)
    assert last_line(cycle).act == "adopt_rulebook"
    public = client.get("/2026/reglement/").content.decode()
    assert "Chacun choisit de 1 à 3 projets." in public
    assert version.sha256 in public and "Lire la délibération" in public
    assert "On choisit de 1 à 3 projets." in public  # en bref


def test_an_adoption_lacking_its_number_or_dated_tomorrow_is_refused(cycle, paula, at, sign_in):
    version = draft_of(cycle, at)
    empty = sign_in(paula).post("/bureau/editions/2026/adoption/", {"resolution": "", "resolution_on": ""})
    assert "ndiquez la délibération, par son numéro." in empty.content.decode()

    with pytest.raises(ValidationError, match="n’a pas encore eu lieu"):
        services.adopt_rulebook(version, by=paula, at=at, resolution="D1", resolution_on=at.date() + timedelta(days=1))


def test_errors_block_and_warnings_are_read_until_the_figures_change(cycle, paula, at, sign_in):
    version = draft_of(cycle, at, caps={})
    cycle.acknowledged_warnings.all().delete()
    client = sign_in(paula)
    with pytest.raises(Refused, match="alertes? à lire"):
        services.adopt_rulebook(version, by=paula, at=at, resolution="D1")
    codes = [read.finding.code for read in selectors.findings(cycle, at)]
    assert "no_cap" in codes

    client.post("/bureau/editions/2026/adoption/alertes/", {"alerte": codes})
    client.post("/bureau/editions/2026/adoption/alertes/", {"alerte": codes})
    assert cycle.acknowledged_warnings.count() == len(codes)
    cycle.envelopes.update(amount_eur="90000")
    assert [read.finding.code for read in selectors.findings(cycle, at) if not read.is_acknowledged] == ["no_cap"]

    cycle.envelopes.all().delete()
    page = client.get("/bureau/editions/2026/adoption/").content.decode()
    assert "Il reste 1 erreur à corriger\u00a0: Aucune enveloppe n’a de montant" in page
    with pytest.raises(Refused, match="Il reste 1 erreur à corriger"):
        services.adopt_rulebook(version, by=paula, at=at, resolution="D1")


def test_a_draft_made_from_an_older_version_is_not_adopted(cycle, paula, at):
    first, second = draft_of(cycle, at), draft_of(cycle, at, ballot={"maximum_choices": 3})
    services.adopt_rulebook(second, by=paula, at=at, resolution="D1")

    with pytest.raises(Refused, match="La version 3 a été adoptée entre-temps"):
        services.adopt_rulebook(first, by=paula, at=at, resolution="D2")


def test_an_adoption_by_mistake_is_withdrawn_and_stays_readable(cycle, paula, at, sign_in, client):
    version = draft_of(cycle, at, ballot={"maximum_choices": 3})
    services.adopt_rulebook(version, by=paula, at=at, resolution="D1")
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        services.withdraw_rulebook(version, by=paula, at=at, reason=" ")

    sign_in(paula).post("/bureau/editions/2026/adoption/2/retirer/", {"reason": "Le conseil a reporté le vote."})

    version.refresh_from_db()
    assert version.state == RulebookState.WITHDRAWN
    assert selectors.rules_of(cycle).ballot.maximum_choices == 5
    assert (last_line(cycle).act, last_line(cycle).from_state) == ("withdraw_rulebook", "adopted")
    page = client.get("/2026/reglement/versions/").content.decode()
    assert "Le conseil a reporté le vote." in page
    for act in (services.withdraw_rulebook, services.adopt_rulebook):
        facts = {"reason": "x"} if act is services.withdraw_rulebook else {"resolution": "D2"}
        with pytest.raises(Refused, match="retirée"):
            act(version, by=paula, at=at, **facts)


def test_a_version_under_which_a_phase_opened_is_not_withdrawn(cycle, paula, at, sign_in):
    version = cycle.rulebook_versions.get(number=1)
    services.freeze_sections(cycle, at=at)

    with pytest.raises(Refused, match="Une phase s’est ouverte sous cette version"):
        services.withdraw_rulebook(version, by=paula, at=at, reason="non")
    page = sign_in(paula).get("/bureau/editions/2026/adoption/1/retirer/").content.decode()
    assert "elle ne se retire plus" in page


@pytest.mark.parametrize(
    "change",
    [
        {"values": {}}, {"adopted_by_resolution": "autre"}, {"number": 9}, {"adopted_at": None, "state": "draft"},
        {"resolution_on": date(2020, 1, 1)},
    ],
)  # fmt: skip
def test_even_sql_cannot_rewrite_what_was_adopted(cycle, change):
    with pytest.raises(DatabaseError, match="an adopted rulebook"), transaction.atomic():
        RulebookVersion.objects.filter(cycle=cycle, number=1).update(**change)


def test_even_sql_cannot_delete_it_nor_withdraw_it_once_frozen(cycle, at):
    versions = RulebookVersion.objects.filter(cycle=cycle, number=1)
    with pytest.raises(DatabaseError, match="is not deleted"), transaction.atomic():
        versions.delete()
    services.freeze_sections(cycle, at=at)
    with pytest.raises(DatabaseError, match="stays adopted"), transaction.atomic():
        versions.update(state="withdrawn", withdrawn_at=at, withdrawn_reason="x")


def test_moving_a_date_does_not_unfreeze(paula):
    now = timezone.now()  # the database's own guard reads its clock
    cycle = factory.cycle(now, open_phase="call")
    call = selectors.phase_of(cycle, "call")
    with pytest.raises(DatabaseError, match="does not move"), transaction.atomic():
        cycle.phases.filter(pk=call.pk).update(opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=9))

    draft = services.start_draft(cycle, by=paula, at=now)
    with pytest.raises(Refused, match="L’article 2 .* est figé"):
        services.edit_rulebook(
            draft, by=paula, at=now, written={"proposers": {"minimum_age": 18}}, shown={"proposers": {"minimum_age": 0}}
        )


def test_an_adopted_version_is_not_edited(cycle, paula, at):
    adopted = cycle.rulebook_versions.get(number=1)

    with pytest.raises(Refused, match="elle ne change plus"):
        services.edit_rulebook(adopted, by=paula, at=at, written={"ballot": {"maximum_choices": 1}}, shown={})


def test_a_deviation_is_published_in_its_article_and_is_for_good(cycle, paula, at, sign_in, client, time_machine):
    time_machine.move_to(at)
    services.freeze_sections(cycle, at=at)
    facts = {
        "section": "proposers", "what": "Les idées des classes sont reçues jusqu’au 20 mars.",
        "why": "Les écoles étaient fermées.", "decided_by": "le conseil municipal", "decided_on": "2026-02-28",
        "key": str(uuid4()),
    }  # fmt: skip

    for _twice in range(2):
        assert sign_in(paula).post("/bureau/editions/2026/adoption/derogation/", facts).status_code == 303

    deviation = Deviation.objects.get()
    assert (deviation.article, last_line(cycle).act, last_line(cycle).rule) == (2, "record_deviation", "2")
    article = client.get("/2026/reglement/").content.decode().partition('id="article-2"')[2].partition("</section>")[0]
    assert "Dérogation du 28 février 2026, décidée par le conseil municipal" in article
    assert "Les écoles étaient fermées." in article
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Deviation.objects.update(why="autre")


def test_a_deviation_is_refused_before_the_freeze_or_before_its_date(cycle, paula, at):
    services.freeze_sections(cycle, at=at)
    facts = {"what": "a", "why": "b", "decided_by": "c", "key": uuid4()}

    with pytest.raises(Refused, match="Cet article n’est pas figé"):
        services.record_deviation(cycle, by=paula, at=at, section="ballot", decided_on=at.date(), **facts)
    with pytest.raises(ValidationError, match="n’a pas encore été prise"):
        services.record_deviation(
            cycle, by=paula, at=at, section="caps", decided_on=at.date() + timedelta(days=1), **facts
        )
    with pytest.raises(ValidationError, match="Ce champ"):
        services.record_deviation(cycle, by=paula, at=at, section="caps", decided_on=at.date(), **facts | {"why": " "})


@pytest.mark.django_db(transaction=True)
def test_two_officers_adopt_at_once(cycle, paula, ada, at):
    version = draft_of(cycle, at)
    said = _at_once(
        lambda: services.adopt_rulebook(version, by=paula, at=at, resolution="D1"),
        lambda: services.adopt_rulebook(version, by=ada, at=at, resolution="D2"),
    )

    assert said == ["Cette version du règlement est déjà adoptée.", "fait"]
    lines = JournalEntry.objects.filter(chain=cycle.journal_chain, act="adopt_rulebook")
    assert lines.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_adopt_two_drafts_at_once(cycle, paula, ada, at):
    one, two = draft_of(cycle, at), draft_of(cycle, at, ballot={"maximum_choices": 3})
    said = _at_once(
        lambda: services.adopt_rulebook(one, by=paula, at=at, resolution="D1"),
        lambda: services.adopt_rulebook(two, by=ada, at=at, resolution="D2"),
    )

    assert said[-1] == "fait" and "a été adoptée entre-temps" in said[0]


@pytest.mark.django_db(transaction=True)
def test_two_officers_write_the_same_field_at_once(cycle, paula, ada, at):
    version = draft_of(cycle, at)

    def write(by, number):
        return lambda: services.edit_rulebook(
            version, by=by, at=at, written={"ballot": {"maximum_choices": number}},
            shown={"ballot": {"maximum_choices": 5}},
        )  # fmt: skip

    assert _at_once(write(paula, 3), write(ada, 4)) == ["Quelqu’un a enregistré cette partie entre-temps.", "fait"]


def _at_once(*acts):
    start, said = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=20)
            act()
            said.append("fait")
        except (Refused, services.Clash) as error:
            said.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)
