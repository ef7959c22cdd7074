"""The pages of the ideas as people use them: the list, the deposit, the follow-up, the moderation desk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.urls import reverse

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role
from bp_platform.core import codes
from bp_platform.core.actors import RESIDENT
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from cycles.models import Diagnosis, Issue, Theme
from proposals import services
from proposals.forms import IdeaForm
from proposals.models import Follow, Proposal, ProposalState, Stage
from tests.factories import cycles as factory
from tests.factories import proposals as ideas
from tests.people import staff
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST, FORM, RECEIPT = "/2026/idees/", "/2026/idees/deposer/", "/2026/idees/deposer/recu/"


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def titles(client, query: str = "") -> list[str]:
    caches["local"].clear()
    return Page(client.get(f"{LIST}{query}")).words("h2", class_="ticket__title")


def answers(cycle, **changes) -> dict:
    """What Aïcha types."""
    given = {
        "title": "Des bancs à l’ombre",
        "summary": "Pour se poser les jours de marché.",
        "area": cycle.areas.get(code="mariniers").pk,
        "theme": cycle.themes.get(code="nature").pk,
        "owner_email": "aicha@valrive.example",
    }
    return given | changes


# The list


def test_an_empty_list_offers_to_be_the_first(client, cycle):
    page = Page(client.get(LIST))

    assert page.heading.startswith("0 idée")
    assert "Aucune idée n’est encore publiée" in page.text
    assert page.links()["Déposer une idée"] == FORM


def test_an_empty_list_after_the_call_offers_nothing(client, town, at):
    factory.cycle(at, open_phase="vote")

    assert "Déposer une idée" not in Page(client.get(LIST)).links()


def test_the_list_shows_what_is_published_the_latest_first(client, cycle, at):
    ideas.published(at, cycle, title="Un verger", published_at=at - timedelta(days=2))
    ideas.published(at, cycle, title="Un préau", published_at=at - timedelta(days=1))
    for state, ended in (("submitted", None), ("needs_info", None), ("hidden", at), ("withdrawn", at)):
        ideas.submitted(at, cycle, title=state, state=state, ended_at=ended)

    page = Page(client.get(LIST))

    assert page.heading == "2 idées et projets"
    assert page.words("h2", class_="ticket__title") == ["Un préau", "Un verger"]


@pytest.fixture
def four(cycle, at):
    """Four projects that differ by place, theme, stage and price."""
    play = Theme.objects.create(cycle=cycle, name="Jouer", code="jeu", drawing="play")
    everywhere = cycle.areas.get(code="ville")
    day = timedelta(days=1)
    ideas.published(at, cycle, title="Écluse fleurie", price_eur=Decimal(9000), stage=Stage.FEASIBLE, published_at=at)
    ideas.published(at, cycle, title="Arbre à livres", theme=play, published_at=at - day)
    ideas.published(at, cycle, title="Zone de jeux", theme=play, area=everywhere, price_eur=Decimal(500), stage=Stage.FEASIBLE, published_at=at - 2 * day)  # fmt: skip
    ideas.published(at, cycle, title="Banc rond", area=everywhere, stage=Stage.STUDY, published_at=at - 3 * day)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Écluse fleurie", "Arbre à livres", "Zone de jeux", "Banc rond"]),
        ("?lieu=mariniers", ["Écluse fleurie", "Arbre à livres"]),
        ("?theme=jeu", ["Arbre à livres", "Zone de jeux"]),
        ("?etape=feasible", ["Écluse fleurie", "Zone de jeux"]),
        ("?lieu=ville&theme=jeu", ["Zone de jeux"]),
        ("?tri=titre", ["Arbre à livres", "Banc rond", "Écluse fleurie", "Zone de jeux"]),
        ("?etape=feasible&tri=cout", ["Zone de jeux", "Écluse fleurie"]),
        ("?lieu=mariniers&etape=study", []),
    ],
)
def test_filters_narrow_and_order(client, four, query, found):
    assert titles(client, query) == found


def test_the_list_is_narrowed_to_the_ideas_that_answer_to_an_issue(cycle, at, client):
    assert "enjeu" not in client.get(LIST).content.decode()
    moving = Issue.objects.create(cycle=cycle, title="Se déplacer à pied", ideas=1)
    Issue.objects.create(cycle=cycle, title="La nuit")
    Diagnosis.objects.create(cycle=cycle, published_at=at)
    ideas.published(at, cycle=cycle, title="Un passage piéton", issue=moving)
    ideas.published(at, cycle=cycle, title="Un verger")

    assert titles(client, f"?enjeu={moving.pk}") == ["Un passage piéton"]
    assert titles(client, "?enjeu=lune") == titles(client) == ["Un verger", "Un passage piéton"]
    page = client.get(LIST).content.decode()
    assert "Se déplacer à pied (1)" in page and "La nuit" not in page
    assert Page(client.get("/2026/diagnostic/")).links()["1 idée y répond"] == f"{LIST}?enjeu={moving.pk}"


@pytest.mark.parametrize("query", ["?lieu=lune", "?enjeu=0", "?theme=%00", "?etape=won", "?tri=votes", "?page=abc", "?page=-1", "?page=999", "?inconnu=1"])  # fmt: skip
def test_a_filter_that_means_nothing_is_never_a_fault(client, four, query):
    caches["local"].clear()
    assert client.get(f"{LIST}{query}").status_code == 200


def test_a_search_that_finds_nothing_says_what_to_try(client, four):
    page = Page(client.get(f"{LIST}?q=hippodrome"))

    assert "Rien ne correspond à cette recherche" in page.text
    assert page.links()["Voir toutes les idées"] == LIST
    assert page.value_of("q") == "hippodrome"


@pytest.mark.parametrize(
    "typed",
    ["rénovées", "renovees", "RÉNOVER", "rénovation", "école", "ecole", "écoles", "écolle", "  école   rénover "],
)
def test_search_reads_french(client, cycle, at, typed):
    ideas.published(at, cycle, title="Rénover la cour de l’école", summary="La rénovation du préau, et des arbres.")
    ideas.published(at, cycle, title="Un quai à vélo", summary="Des arceaux devant la gare.")

    assert titles(client, f"?q={typed}") == ["Rénover la cour de l’école"]


@pytest.mark.parametrize("typed", ["velo", "vélos", "velos", "VÉLO"])
def test_search_forgives_accents_plurals_and_slips(client, cycle, at, typed):
    ideas.published(at, cycle, title="Garer son vélo à la gare")
    ideas.published(at, cycle, title="Un verger partagé", summary="Des pommiers pour tous.")

    assert titles(client, f"?q={typed}") == ["Garer son vélo à la gare"]


@pytest.mark.parametrize(("phase", "is_shown"), [("call", False), ("campaign", True), ("vote", True)])
def test_during_the_campaign_the_list_leads_to_what_is_voted_on(client, town, at, phase, is_shown):
    factory.cycle(at, open_phase=phase)

    links = Page(client.get(LIST)).links()

    assert (links.get("Découvrir les projets au vote") == "/2026/campagne/") == is_shown


@pytest.mark.parametrize("typed", ["le", "de la", "un le la"])
def test_small_words_alone_find_nothing(client, cycle, at, typed):
    ideas.published(at, cycle, title="De la lumière sous le pont")

    assert titles(client, f"?q={typed}") == []


def test_following_again_once_signed_in_is_still_once(client, cycle, at, chloe):
    proposal = ideas.published(at, cycle)
    services.follow_as(proposal, email=chloe.email, at=at)
    accounts.prove_email(chloe, at=at)

    services.follow_as(proposal, email=chloe.email, user=chloe, at=at)

    assert Follow.objects.count() == 1


def test_search_reads_numbers_too(client, cycle, at):
    ideas.published(at, cycle, title="Un verger", number="BP26-0143")
    ideas.published(at, cycle, title="Un préau", number="BP26-0144")

    assert titles(client, "?q=BP26-0143") == ["Un verger"]


def test_a_near_spelling_is_not_mixed_with_the_word_itself(client, cycle, at):
    ideas.published(at, cycle, title="Des bancs à l’ombre")
    ideas.published(at, cycle, title="Un escalier bancal")

    assert titles(client, "?q=bancs") == ["Des bancs à l’ombre"]
    assert titles(client, "?q=bancss") == ["Des bancs à l’ombre"]


@pytest.mark.parametrize("typed", ["'", '"', "a & | b", "!", "(", "%", "<script>", "x" * 5000, "é" * 300, "\\"])
def test_search_takes_anything(client, four, typed):
    answer = client.get(LIST, {"q": typed})

    assert answer.status_code == 200
    assert [s for s in Page(answer).all("script") if not s.get("src")] == []


def test_pages_of_twenty_four_that_keep_the_search(client, cycle, at):
    for n in range(50):
        ideas.published(at, cycle, title=f"Banc {n:02d}", published_at=at - timedelta(minutes=n))

    first, last = Page(client.get(f"{LIST}?q=banc&tri=titre")), Page(client.get(f"{LIST}?q=banc&tri=titre&page=3"))

    assert first.words("p", role="status") == ["50 résultats, de 1 à 24"]
    assert last.words("h2", class_="ticket__title") == ["Banc 48", "Banc 49"]
    assert [url for url in last.links().values() if "page=" in url] == ["?q=banc&tri=titre&page=2", "?q=banc&tri=titre&page=1", "?q=banc&tri=titre&page=2", "?q=banc&tri=titre&page=3"]  # fmt: skip


# The deposit


def test_the_form_asks_five_things_and_no_account(client, cycle):
    page = Page(client.get(FORM))

    essential = ("title", "summary", "area", "theme", "owner_email")
    assert page.heading == "Déposer une idée"
    assert [e.get("name") for e in page.all() if e.get("name") in essential] == list(essential)
    assert [o.text for o in page.all("option")][:3] == ["Choisissez un lieu", "Les Mariniers", "Toute la ville"]


def test_an_idea_is_filed_and_its_receipt_shown(client, cycle):
    answer = client.post(FORM, answers(cycle))
    receipt = Page(client.get(answer["Location"]))

    proposal = Proposal.objects.get()
    [code] = receipt.words("output")
    assert (answer.status_code, answer["Location"]) == (303, RECEIPT)
    assert (proposal.number, proposal.title, proposal.state) == (
        "BP26-0001",
        "Des bancs à l’ombre",
        ProposalState.SUBMITTED,
    )
    assert "BP26-0001" in receipt.text
    assert len(codes.normalise(code)) == 16
    assert Page(client.get(receipt.links()["Suivre mon idée"])).heading == "Votre idée est bien arrivée."
    assert OutboxMessage.objects.get().event == "proposal_received"


def test_reloading_the_receipt_shows_it_again_and_files_nothing(client, cycle):
    client.post(FORM, answers(cycle))

    pages = [Page(client.get(RECEIPT)).words("output") for _twice in range(2)]

    assert pages[0] == pages[1]
    assert Proposal.objects.count() == 1


def test_a_form_sent_twice_files_one_idea_and_answers_the_same(client, cycle):
    once = Page(client.get(FORM)).value_of("once")

    codes_shown = []
    for _twice in range(2):
        client.post(FORM, answers(cycle, once=once))
        codes_shown += Page(client.get(RECEIPT)).words("output")
    client.post(FORM, answers(cycle, once=once, title="Une fontaine"))  # the form again, by « back »

    assert codes_shown[0] == codes_shown[1]
    assert list(Proposal.objects.order_by("pk").values_list("title", flat=True)) == [
        "Des bancs à l’ombre",
        "Une fontaine",
    ]
    assert OutboxMessage.objects.filter(event="proposal_received").count() == 2


def test_the_code_of_a_receipt_stays_in_the_browser_s_own_cookie(client, cycle):
    answer = client.post(FORM, answers(cycle, owner_email="", owner_name="Aïcha Benali"))
    cookie = answer.cookies["recepisse"]

    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == (RECEIPT, True, 900)
    assert (Session.objects.count(), OutboxMessage.objects.get().context) == (0, {})


def test_the_receipt_belongs_to_the_browser_that_filed(client, cycle):
    client.post(FORM, answers(cycle))
    client.logout()

    answer = client.get(RECEIPT)

    assert (answer.status_code, answer["Location"]) == (303, FORM)


def test_somebody_signed_in_finds_their_idea_in_their_space(cycle, chloe, sign_in):
    client = sign_in(chloe)

    client.post(FORM, answers(cycle, owner_email=chloe.email))

    assert Page(client.get("/compte/")).words("h3", class_="ticket__title") == ["Des bancs à l’ombre"]


def test_details_are_kept(client, cycle):
    details = {"owner_name": "Aïcha Benali", "shows_name": "on", "owner_kind": "collective", "place": "Rue Haute", "text": "Six bancs.\r\nEn bois.", "rough_cost_eur": "12000"}  # fmt: skip

    client.post(FORM, answers(cycle, **details))

    proposal = Proposal.objects.get()
    owner = proposal.owners.get()
    assert (proposal.place, proposal.rough_cost_eur, owner.kind, owner.public_name) == ("Rue Haute", Decimal("12000.00"), "collective", "Aïcha Benali")  # fmt: skip
    assert proposal.text.splitlines() == ["Six bancs.", "En bois."]


def test_no_mailbox_is_needed(client, cycle):
    client.post(FORM, answers(cycle, owner_email="", owner_name="Aïcha Benali"))

    assert Proposal.objects.get().owners.get().contact.email == ""


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "donnez un titre à votre idée, même provisoire."),
        ("title", "x" * 91, "90"),
        ("summary", " ", "dites en une phrase ce que vous voulez faire."),
        ("summary", "x" * 241, "240"),
        ("area", "", "choisissez un quartier, ou « Toute la ville »."),
        ("area", "999999", "choi"),
        ("theme", "", "choisissez le thème le plus proche."),
        ("owner_email", "aicha@", "cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr."),
        ("rough_cost_eur", "beaucoup", "écrivez un montant en chiffres, par exemple 12000."),
        ("rough_cost_eur", "-1", "0"),
        ("text", "x" * 4001, "4"),
        ("owner_kind", "martian", "choi"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(client, cycle, field, typed, sentence):
    typed_all = answers(cycle, text="Six bancs.", place="Rue Haute", owner_name="Aïcha") | {field: typed}

    answer = client.post(FORM, typed_all)
    page = Page(answer)

    assert answer.status_code == 422
    assert sentence.lower() in page.error_of(field).lower()
    assert page.all(class_="error-summary")
    kept = {name: page.value_of(name) for name in typed_all if name != field}
    assert kept == {name: str(value) for name, value in typed_all.items() if name != field}
    assert (Proposal.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_without_any_name_or_address_the_refusal_says_what_to_add(client, cycle):
    answer = client.post(FORM, answers(cycle, owner_email=""))

    assert answer.status_code == 422
    assert "indiquez au moins un nom ou un courriel" in Page(answer).error_of("owner_name")
    assert not Proposal.objects.exists()


def test_what_the_refusal_asks_for_is_in_sight_of_who_opens_nothing(client, cycle):
    form = IdeaForm({}, cycle=cycle)

    assert set(form.errors) <= set(form.essential)
    assert not form.has_optional_errors


def test_somebody_signed_in_finds_their_mailbox_already_typed(client, cycle, chloe, sign_in):
    before = Page(client.get(FORM)).value_of("owner_email")

    page = Page(sign_in(chloe).get(FORM))

    assert (before, page.value_of("owner_email")) == ("", chloe.email)


def test_a_place_of_another_edition_is_refused(client, cycle, at):
    other = factory.cycle(at, slug="2025", prefix="BP25")

    answer = client.post(FORM, answers(cycle, area=other.areas.first().pk))

    assert answer.status_code == 422
    assert not Proposal.objects.exists()


def test_a_robot_that_fills_the_hidden_field_files_nothing(client, cycle):
    answer = client.post(FORM, answers(cycle, website="https://annonces.example/"))

    assert answer.status_code == 422
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(("weeks", "sentence"), [(-2, "L’appel à idées ouvre le"), (5, "L’appel à idées est clos depuis le")])  # fmt: skip
def test_outside_the_call_the_page_says_when(client, cycle, at, clock, weeks, sentence):
    clock.move_to(at + timedelta(weeks=weeks))

    page = Page(client.get(FORM))

    assert page.heading == "L’appel à idées n’est pas ouvert"
    assert sentence in page.text


def test_a_call_that_closes_while_one_types_loses_nothing(client, cycle, at, clock):
    client.get(FORM)
    clock.move_to(at + timedelta(weeks=5))

    answer = client.post(FORM, answers(cycle))

    page = Page(answer)
    assert answer.status_code == 422
    assert "L’appel à idées est clos depuis le" in page.text
    assert (page.value_of("title"), Proposal.objects.count()) == ("Des bancs à l’ombre", 0)


def test_a_network_that_files_too_much_waits(client, cycle):
    for n in range(30):
        assert client.post(FORM, answers(cycle, title=f"Idée {n}")).status_code == 303

    answer = client.post(FORM, answers(cycle))

    assert answer.status_code == 422
    assert "Trop d’essais" in Page(answer).text
    assert Proposal.objects.count() == 30


def test_a_post_without_its_token_is_refused(cycle):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(FORM, answers(cycle)).status_code == 403


# The follow-up by code


@pytest.fixture
def filed(cycle, at):
    """An idea of Aïcha's with its code."""
    return services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=at)


@pytest.mark.parametrize("writing", [str, str.lower, codes.grouped, lambda c: f" {codes.grouped(c).lower()} "])
def test_the_code_is_read_as_people_write_it(client, filed, writing):
    answer = client.post("/suivi/", {"code": writing(filed.code)})

    assert (answer.status_code, answer["Location"]) == (303, f"/suivi/{filed.code}/")
    assert Page(client.get(answer["Location"])).heading == "Votre idée est bien arrivée."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "recopiez le code écrit sur votre récépissé."),
        ("AAAABBBBCCCCDDDD", "aucune idée ne porte ce code."),
        ("x" * 41, "40"),
        ("🦆", "aucune idée ne porte ce code."),
    ],
)
def test_a_wrong_code_says_so(client, filed, typed, sentence):
    answer = client.post("/suivi/", {"code": typed})

    assert answer.status_code == 422
    assert sentence.lower() in Page(answer).error_of("code").lower()


def test_guessing_codes_is_slowed_down(client, filed):
    for _n in range(20):
        client.post("/suivi/", {"code": "AAAABBBBCCCCDDDD"})

    answer = client.post("/suivi/", {"code": filed.code})

    assert "Trop d’essais" in Page(answer).error_of("code")


def test_a_number_is_not_a_code(client, filed):
    assert client.get(f"/suivi/{filed.proposal.number}/").status_code == 404


def test_the_page_of_the_code_is_kept_by_nobody_and_names_nobody_elsewhere(client, filed):
    answer = client.get(f"/suivi/{filed.code}/")

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_it_repeats_what_was_asked(client, filed, at, paula):
    services.ask_for_information(filed.proposal, by=paula, at=at, question="Sur quelle place, exactement ?")

    page = Page(client.get(f"/suivi/{filed.code}/"))

    assert page.heading == "Nous avons besoin d’une précision."
    assert "Sur quelle place, exactement ?" in page.text


@pytest.mark.parametrize(
    ("act", "heading", "door"),
    [
        (lambda p, by, at: services.publish(p, by=by, at=at), "Votre idée est publiée.", "/2026/projets/BP26-0001/"),
        (lambda p, by, at: services.hide(p, by=by, at=at, reason="Injures."), "Votre idée n’est pas publiée.", None),
        (lambda p, by, at: services.withdraw(p, by=by, at=at), "Vous avez retiré cette idée.", None),
    ],
)
def test_it_says_where_the_idea_stands(client, filed, at, paula, act, heading, door):
    act(filed.proposal, paula, at)

    page = Page(client.get(f"/suivi/{filed.code}/"))

    assert page.heading == heading
    assert page.links().get("Voir la page du projet") == door


def test_withdrawing_takes_a_post(client, filed):
    address = f"/suivi/{filed.code}/retirer/"

    looked = client.get(address)
    filed.proposal.refresh_from_db()
    before = filed.proposal.state
    answer = client.post(address)

    filed.proposal.refresh_from_db()
    assert (looked.status_code, looked["Location"], before) == (303, f"/suivi/{filed.code}/", "submitted")
    assert (answer.status_code, answer["Location"]) == (303, f"/suivi/{filed.code}/")
    assert said(answer) == ["L’idée BP26-0001 est retirée."]
    assert filed.proposal.state == ProposalState.WITHDRAWN


def test_withdrawing_twice_is_told_not_broken(client, filed):
    client.post(f"/suivi/{filed.code}/retirer/")

    answer = client.post(f"/suivi/{filed.code}/retirer/")

    assert (answer.status_code, answer["Location"]) == (303, f"/suivi/{filed.code}/")
    assert JournalEntry.objects.filter(act="withdraw_proposal").count() == 1


def test_nobody_withdraws_with_the_number(client, filed):
    assert client.post(f"/suivi/{filed.proposal.number}/retirer/").status_code == 404


# Following a project


def test_following_takes_an_address_and_says_so(client, cycle, at):
    proposal = ideas.published(at, cycle)

    answer = client.post(
        reverse("proposals:follow", args=["2026", proposal.number]), {"email": "denis@valrive.example"}
    )

    assert answer["Location"] == f"/2026/projets/{proposal.number}/"
    assert said(answer) == [f"Vous suivez le projet {proposal.number} : nous vous écrirons à chaque étape."]
    assert list(Follow.objects.values_list("contact__email", flat=True)) == ["denis@valrive.example"]


@pytest.mark.parametrize(("typed", "sentence"), [("", "indiquez l’adresse où vous écrire."), ("denis@", "cette adresse n’est pas complète")])  # fmt: skip
def test_a_wrong_address_is_said_beside_the_field(client, cycle, at, typed, sentence):
    proposal = ideas.published(at, cycle)

    answer = client.post(reverse("proposals:follow", args=["2026", proposal.number]), {"email": typed})

    assert answer.status_code == 422
    assert sentence.lower() in Page(answer).error_of("email").lower()
    assert not Follow.objects.exists()


def test_an_address_typed_twice_is_told_once(client, cycle, at):
    proposals = [ideas.published(at, cycle=cycle) for _each in range(2)]

    for proposal in [*proposals, *proposals]:
        client.post(f"/2026/projets/{proposal.number}/suivre/", {"email": "Chloe@valrive.example"})

    assert Follow.objects.count() == 2
    assert Contact.objects.filter(email="chloe@valrive.example").count() == 1


def test_somebody_signed_in_follows_once(cycle, at, chloe, sign_in):
    proposal, client = ideas.published(at, cycle), sign_in(chloe)
    address = reverse("proposals:follow", args=["2026", proposal.number])

    for _twice in range(2):
        client.post(address, {"email": chloe.email})

    assert Page(client.get(address)).value_of("email") == chloe.email
    assert list(Follow.objects.values_list("contact__user__username", flat=True)) == ["chloe"]


def test_what_is_not_published_is_not_followed(client, cycle, at):
    hidden = ideas.submitted(at, cycle)

    assert client.get(reverse("proposals:follow", args=["2026", hidden.number])).status_code == 404
    assert (
        client.post(
            reverse("proposals:follow", args=["2026", hidden.number]), {"email": "d@valrive.example"}
        ).status_code
        == 404
    )


# The moderation desk


@pytest.mark.parametrize("role", [Role.AGENT, Role.HEAD, Role.FINANCE, Role.ELECTED, Role.AUDITOR])
def test_the_desk_is_the_moderators_alone(cycle, at, green_spaces, sign_in, role):
    proposal = ideas.submitted(at, cycle)
    client = sign_in(
        staff("qui", "Maxime", "Roux", role, at, green_spaces if role in {Role.AGENT, Role.HEAD} else None)
    )

    asked = [client.get("/bureau/moderation/"), client.get(f"/bureau/moderation/{proposal.number}/"), client.post(f"/bureau/moderation/{proposal.number}/", {"act": "publish"})]  # fmt: skip

    assert [answer.status_code for answer in asked] == [404, 404, 404]
    assert Proposal.objects.get().state == ProposalState.SUBMITTED


def test_a_visitor_signs_in_and_a_stranger_sees_nothing(client, cycle, at, chloe, sign_in):
    proposal = ideas.submitted(at, cycle)
    address = f"/bureau/moderation/{proposal.number}/"

    assert client.get(address)["Location"] == f"/compte/connexion/?next={address}"
    assert sign_in(chloe).get(address).status_code == 404


def test_the_queue_puts_the_oldest_first_and_says_who_waits_too_long(cycle, at, paula, sign_in):
    ideas.submitted(at - timedelta(days=1), cycle, title="D’hier")
    ideas.submitted(at - timedelta(days=4), cycle, title="En retard")
    ideas.submitted(at, cycle, title="D’aujourd’hui")
    ideas.published(at, cycle, title="Déjà publiée")

    page = Page(sign_in(paula).get("/bureau/moderation/"))

    assert page.heading == "3 idées à relire"
    assert [label for label, url in page.links().items() if "/bureau/moderation/BP" in url] == ["En retard", "D’hier", "D’aujourd’hui"]  # fmt: skip
    assert page.words("span", class_="late") == ["depuis 4 j"]


@pytest.mark.parametrize("items", [1, 3])
def test_the_queue_costs_the_same_for_one_as_for_three(cycle, at, paula, sign_in, items, django_assert_num_queries):
    for _n in range(items):
        ideas.submitted(at, cycle)
    client = sign_in(paula)
    client.get("/bureau/")

    with django_assert_num_queries(4):
        client.get("/bureau/moderation/")


def test_an_empty_queue_says_all_is_read(cycle, paula, sign_in):
    assert "Tout est relu" in Page(sign_in(paula).get("/bureau/moderation/")).text


@pytest.mark.parametrize(
    ("typed", "state", "message", "event"),
    [
        ({"act": "publish"}, "published", "L’idée {} est publiée.", "proposal_published"),
        ({"act": "ask", "reason": "Où exactement ?"}, "needs_info", "Votre question sur {} est partie.", "proposal_needs_info"),
        ({"act": "hide", "reason": "Hors du règlement."}, "hidden", "L’idée {} n’est pas publiée ; la personne qui l’a proposée est prévenue.", "proposal_hidden"),
    ],
)  # fmt: skip
def test_each_decision_is_said_and_its_author_told(cycle, at, paula, sign_in, typed, state, message, event):
    proposal = ideas.submitted(at, cycle)

    answer = sign_in(paula).post(f"/bureau/moderation/{proposal.number}/", typed)

    proposal.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, "/bureau/moderation/")
    assert said(answer) == [message.format(proposal.number)]
    assert (proposal.state, OutboxMessage.objects.get().event) == (state, event)


@pytest.mark.parametrize("act", ["ask", "hide"])
def test_a_decision_without_words_is_refused_beside_the_field(cycle, at, paula, sign_in, act):
    proposal = ideas.submitted(at, cycle)

    answer = sign_in(paula).post(f"/bureau/moderation/{proposal.number}/", {"act": act, "reason": "  "})

    assert answer.status_code == 422
    assert "expliquez en une phrase" in Page(answer).error_of("reason").lower()
    assert Proposal.objects.get().state == ProposalState.SUBMITTED


def test_two_moderators_decide_once(cycle, at, paula, sign_in):
    proposal, client = ideas.submitted(at, cycle), sign_in(paula)
    client.post(f"/bureau/moderation/{proposal.number}/", {"act": "publish"})

    answer = client.post(f"/bureau/moderation/{proposal.number}/", {"act": "publish"})

    assert answer.status_code == 403
    assert "l’état actuel est « publiée »" in Page(answer).text
    assert OutboxMessage.objects.count() == 1


def test_a_published_idea_offers_only_what_can_still_be_done(cycle, at, paula, sign_in):
    proposal = ideas.published(at, cycle)

    page = Page(sign_in(paula).get(f"/bureau/moderation/{proposal.number}/"))

    assert "Publier cette idée" not in page.words("button")
    assert "Demander une précision" not in page.words("button")


def test_the_desk_shows_how_to_reach_the_author(cycle, at, paula, sign_in):
    proposal = ideas.submitted(at, cycle)
    Contact.objects.filter(owned_proposals__proposal=proposal).update(email="")

    page = Page(sign_in(paula).get(f"/bureau/moderation/{proposal.number}/"))

    assert "sans courriel : la réponse partira par la poste" in page.text
