"""The roll's desk by its pages: figures, search, people, letters, alarms."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from tests.factories import voting as make
from tests.people import staff
from voting import selectors, services
from voting.models import LetterBatch, RollEntry, RollRequest
from voting.services.roll import Person

KEY = "11" * 32
LOST = "Lettre perdue."


@pytest.fixture
def nadia(db, at):
    return staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)


@pytest.fixture
def colette(at):
    return staff("colette", "Colette", "Nguyen", Role.COUNT, at)


@pytest.fixture
def desk(poll):
    return f"/bureau/vote/{poll.pk}/liste/"


@pytest.fixture
def dora(draft):
    """Dora has an address; taken before the vote is sealed."""
    services.admit(
        draft, [Person("Dora Petit", 1980, postal_address="1 rue\n37000 V")], by=make.BUILDER, at=make.clock()
    )
    return draft.entries.get(name="Dora Petit")


def text_of(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def test_the_desk_is_the_teams(sign_in, poll, desk, aicha, chloe, colette, paula):
    pages = ["", "ajouter/", "lettres/", f"{aicha.pk}/"]

    for user in (chloe, colette):
        assert [sign_in(user).get(desk + page).status_code for page in pages] == [404] * 4
    assert [sign_in(paula).get(desk + page).status_code for page in pages] == [200] * 4


def test_only_the_team_is_shown_the_door(sign_in, poll, desk, colette, paula):
    vote = f"/bureau/vote/{poll.pk}/"

    assert desk in sign_in(paula).get(vote).content.decode()
    assert desk not in sign_in(colette).get(vote).content.decode()


def test_a_person_of_another_vote_is_not_found(sign_in, paula, poll, aicha):
    other = make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25"))

    assert sign_in(paula).get(f"/bureau/vote/{other.pk}/liste/{aicha.pk}/").status_code == 404


def test_the_roll_in_figures(dora, poll, aicha, review):
    RollEntry.objects.filter(name="Chloé").update(status="pending")
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    view = selectors.roll(poll)

    assert [(count.label, count.value) for count in view.counts] == [
        ("personnes inscrites", "3"),
        ("admises", "2"),
        ("à vérifier", "1"),
        ("à l’écart", "0"),
        ("admises sans code", "2"),
        ("ont émargé", "1"),
    ]
    assert (view.waiting, view.unreachable) == (1, 0)
    assert view.shares == [("Code reçu par courrier et année de naissance", "3")]


def test_each_scope_has_its_share(draft):
    draft.plan["scopes"].append({**draft.plan["scopes"][0], "id": "nord", "name": "Quartier Nord"})
    draft.save()
    services.admit(draft, [Person("Dora", 1980, ("nord", "ville"))], by=make.BUILDER, at=make.clock())

    assert selectors.roll(draft).shares[:2] == [("Toute la ville", "3"), ("Quartier Nord", "1")]


def test_somebody_is_found_and_opened(sign_in, paula, poll, desk, aicha):
    page = text_of(sign_in(paula).post(desk, {"words": "AICHA"}))

    assert f'href="{desk}{aicha.pk}/"' in page
    assert "Personne sur cette liste ne répond à « xyzxyz »." in text_of(sign_in(paula).post(desk, {"words": "xyzxyz"}))


def test_a_search_never_sits_in_an_address(sign_in, paula, poll, desk, aicha):
    """A name in an address would stay in the history of a shared computer and in the server's log."""
    client = sign_in(paula)
    by_address = text_of(client.get(desk, {"q": "AICHA", "words": "AICHA"}))
    empty = client.post(desk, {"words": " "})

    assert f'href="{desk}{aicha.pk}/"' not in by_address
    assert 'method="get"' not in by_address
    assert empty.status_code == 422
    assert "Tapez un nom, ou le numéro sur la liste." in text_of(empty)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_desk_takes_the_same_queries_for_one_and_three(sign_in, paula, draft, how_many, django_assert_num_queries):
    for n in range(how_many):
        services.enter_person(
            draft,
            by=paula,
            at=make.clock(),
            name=f"Dora Petit {n}",
            birth_year=1980,
            postal_address="1 rue",
            scopes=("ville",),
        )
    client, desk = sign_in(paula), f"/bureau/vote/{draft.pk}/liste/"
    client.get(desk)

    with django_assert_num_queries(15):
        page = text_of(client.post(desk, {"words": "dora"}))

    assert page.count(">Dora Petit") == 2 * how_many


def test_a_sheet_tells_the_day_of_the_mark_and_nothing_finer(sign_in, paula, poll, desk, aicha, review):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    page = text_of(sign_in(paula).get(f"{desk}{aicha.pk}/"))

    assert "en ligne</dd>" in page
    assert "on ne la met plus à l’écart. Signalez un incident" in page
    assert not any(f" {hour} h" in page for hour in range(24))


def test_two_persons_by_the_pages(sign_in, paula, nadia, poll, desk, aicha):
    sheet = f"{desk}{aicha.pk}/"
    asked = sign_in(paula).post(f"{sheet}demander/", {"kind": "set_aside", "reason": "Doublon."})
    request = RollRequest.objects.get()
    own = text_of(sign_in(paula).get(sheet))
    refused = sign_in(paula).post(f"{desk}demandes/{request.pk}/", {"reponse": "accorder"}, follow=True)
    waiting = text_of(sign_in(nadia).get(desk))
    sign_in(nadia).post(f"{desk}demandes/{request.pk}/", {"reponse": "accorder"})

    assert asked["Location"] == sheet
    assert "Une autre personne que celle qui demande doit valider." in own
    assert 'value="accorder"' not in own
    assert "Une autre personne que celle qui demande doit valider." in text_of(refused)
    assert "À valider par une deuxième personne" in waiting
    assert RollEntry.objects.get(pk=aicha.pk).status == "set_aside"
    assert "Doublon." in text_of(sign_in(nadia).get(sheet))


def test_a_request_without_reason_or_twice_is_said_on_the_page(sign_in, paula, poll, desk, aicha):
    client = sign_in(paula)
    empty = client.post(f"{desk}{aicha.pk}/demander/", {"kind": "set_aside", "reason": " "})
    unfit = client.post(f"{desk}{aicha.pk}/demander/", {"kind": "reissue", "reason": LOST})
    client.post(f"{desk}{aicha.pk}/demander/", {"kind": "set_aside", "reason": LOST})
    twice = client.post(f"{desk}{aicha.pk}/demander/", {"kind": "set_aside", "reason": LOST}, follow=True)

    assert [answer.status_code for answer in (empty, unfit, twice)] == [422, 422, 200]
    assert "Dites en une phrase pourquoi vous le demandez." in text_of(empty)
    assert "elle aura le sien avec les prochaines lettres" in text_of(unfit)
    assert "La même demande attend déjà d’être validée." in text_of(twice)


def test_somebody_is_entered_once_those_alike_are_compared(sign_in, paula, dora, poll, desk):
    facts = {"name": "Dora PETIT", "birth_year": "1980", "postal_address": "2 rue \r\n\r\n 37000 V"}
    client = sign_in(paula)

    shown = client.post(f"{desk}ajouter/", facts)
    kept = client.post(f"{desk}ajouter/", facts | {"is_nobody_else": "on"})

    assert shown.status_code == 422
    assert "Est-ce l’une de ces personnes ?" in text_of(shown)
    assert f'href="{desk}{dora.pk}/"' in text_of(shown)
    made = RollEntry.objects.get(name="Dora PETIT")
    assert kept["Location"] == f"{desk}{made.pk}/"
    assert (made.postal_address, made.status, made.entered_by) == ("2 rue\n37000 V", "pending", paula)


def test_nobody_alike_no_question(sign_in, paula, dora, poll, desk):
    facts = {"name": "Karim Benali", "birth_year": "1980", "postal_address": "2 rue"}

    assert sign_in(paula).post(f"{desk}ajouter/", facts).status_code == 303


# --- letters ---------------------------------------------------------------------------------------------------------


def test_the_letters_leave_as_a_file_that_nothing_keeps(sign_in, paula, dora, poll, desk):
    client = sign_in(paula)

    answer = client.post(f"{desk}lettres/", {"printer_key": KEY.upper() + " ", "is_understood": "on"})
    content = b"".join(answer.streaming_content)

    assert content.startswith(b"BPLETTRES1\n")
    assert answer["Content-Disposition"] == 'attachment; filename="lettres-2026-lot-1.chiffre"'
    assert "no-store" in answer["Cache-Control"]
    assert not answer.has_header("Content-Encoding")
    page = text_of(client.get(f"{desk}lettres/"))
    assert "Lot 1 : 1 lettre" in page
    assert "fichier parti en entier" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"printer_key": KEY}, "Cochez cette case : le fichier ne se télécharge qu’une fois."),
        ({"printer_key": "12", "is_understood": "on"}, "La clé publique compte 64 caractères"),
        ({"printer_key": "00" * 32, "is_understood": "on"}, "Cette clé publique n’est pas valable"),
    ],
)
def test_the_letters_form_says_what_it_lacks(sign_in, paula, dora, poll, desk, given, sentence):
    answer = sign_in(paula).post(f"{desk}lettres/", given)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not LetterBatch.objects.exists()


def test_the_printers_program_is_given_by_the_desk(sign_in, paula, chloe):
    answer = sign_in(paula).get("/bureau/vote/lettres.py")

    assert b"def make_key" in answer.content
    assert "attachment" in answer["Content-Disposition"]
    assert sign_in(chloe).get("/bureau/vote/lettres.py").status_code == 404


def test_lost_letters_by_the_pages(sign_in, paula, nadia, dora, poll, desk):
    client = sign_in(paula)
    answer = client.post(f"{desk}lettres/", {"printer_key": KEY, "is_understood": "on"})
    next(iter(answer.streaming_content))  # and no more: the line is cut
    broken = text_of(client.get(f"{desk}lettres/"))
    empty = client.post(f"{desk}lettres/1/refaire/", {"reason": ""})
    client.post(f"{desk}lettres/1/refaire/", {"reason": "Coupure."})
    own = client.post(f"{desk}lettres/1/decider/", {"reponse": "accorder"})
    client = sign_in(nadia)
    waiting = text_of(client.get(desk))
    client.post(f"{desk}lettres/1/decider/", {"reponse": "accorder"})

    assert "téléchargement interrompu, ou encore en cours" in broken
    assert (empty.status_code, own.status_code) == (422, 403)
    assert "lettres à refaire" in waiting
    assert "Coupure." in waiting
    assert RollEntry.objects.get(pk=dora.pk).code_digest is None
    assert "1 lettre à fabriquer" in text_of(client.get(f"{desk}lettres/"))


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_letters_take_the_same_queries(sign_in, paula, poll, desk, how_many, django_assert_num_queries):
    for n in range(how_many):
        services.admit(
            poll, [Person(f"Dora {n}", 1980, postal_address="1 rue\n37000 V")], by=make.BUILDER, at=make.clock()
        )
        b"".join(services.make_letters(poll, by=paula, at=make.clock(), printer_key=bytes.fromhex(KEY)).stream)
    client = sign_in(paula)
    client.get(f"{desk}lettres/")

    with django_assert_num_queries(7):
        page = text_of(client.get(f"{desk}lettres/"))

    assert page.count("fichier parti en entier") == how_many


# --- alarms ----------------------------------------------------------------------------------------------------------


def test_a_crowded_address_is_shown_and_its_people_listed(sign_in, paula, poll, desk):
    people = [Person(f"Voisin {n}", 1950 + n, postal_address="3 rue du Quai\n37000 Valrive") for n in range(11)]
    services.admit(poll, people, by=make.BUILDER, at=make.clock())

    [alarm] = selectors.alarms(poll)

    [case] = alarm.cases
    assert (case.words, case.number) == ("3 rue du quai, 37000 valrive", 11)
    page = text_of(sign_in(paula).post(desk, {alarm.field: case.sought.replace("\n", "\r\n")}))
    assert page.count(">Voisin ") == 11
    assert "personne n’est écarté automatiquement" in page


def test_ten_at_an_address_are_a_family(poll):
    people = [Person(f"Voisin {n}", 1950 + n, postal_address="3 rue du Quai") for n in range(10)]
    services.admit(poll, people, by=make.BUILDER, at=make.clock())

    assert selectors.alarms(poll) == []


def test_namesakes_are_shown_until_one_is_set_aside(poll):
    services.admit(poll, [Person("AICHA", 1970)], by=make.BUILDER, at=make.clock())

    assert [(case.words, case.number) for case in selectors.alarms(poll)[0].cases] == [("aicha 1970", 2)]
    RollEntry.objects.filter(name="AICHA").update(status="set_aside", status_reason="Doublon.")
    assert selectors.alarms(poll) == []


def test_a_burst_of_wrong_codes_is_shown(poll):
    for n in range(51):
        with pytest.raises(Refused):
            services.identify(poll, code=well_formed(n), birth_year=1970, network=str(n), at=make.clock())

    [alarm] = selectors.alarms(poll)

    assert (alarm.title, alarm.field, alarm.cases[0].number) == ("Beaucoup de codes refusés", "", 51)


def well_formed(n: int) -> str:
    from bp_platform.core import codes

    for salt in range(40):
        code = codes.derived_code(12, "test", f"{n}-{salt}")
        if (check := codes.check_character(code)) in codes.ALPHABET:
            return code + check
    raise AssertionError
