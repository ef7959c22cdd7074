"""A receipt is looked up by a post, found only in the published list, and shown again with the town's signature."""

from __future__ import annotations

import pytest
from nacl.signing import VerifyKey

from bp_platform.core.actors import CLOCK
from tests.factories import voting as make
from tests.reading import plain
from voting import seal as seals
from voting import selectors, services

pytestmark = pytest.mark.django_db
ADDRESS = "/2026/vote/recu/"
FOUND = "Ce reçu est dans la liste publiée"
NOT_YET = "Ce reçu n’est pas encore dans la liste"


@pytest.fixture
def published(crowd, night):
    """Fifty receipts are public; five people of the roll have not voted."""
    poll, waiting = crowd(50)
    services.publish_night(poll, by=CLOCK, at=night(1))
    return poll, waiting


def spaced(ref):
    return selectors.grouped(ref)


@pytest.mark.parametrize(
    "typed",
    [lambda ref: ref.hex(), spaced, lambda ref: spaced(ref).lower(), lambda ref: ref.hex()[:16], lambda ref: spaced(ref)[:20],
     lambda ref: ref.hex()[:17], lambda ref: f" {spaced(ref).replace(' ', '-')} "],
)  # fmt: skip
def test_a_published_receipt_is_found_however_it_is_copied(published, client, typed):
    ref = selectors.published_refs(published[0])[7]

    page = client.post(ADDRESS, {"ref": typed(ref)})

    assert page.status_code == 200
    assert FOUND in page.content.decode()
    assert spaced(ref) in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_signature_is_issued_again_and_it_verifies(published, client):
    poll, _waiting = published
    text, ref = selectors.sealed_of(poll), selectors.published_refs(poll)[0]

    page = client.post(ADDRESS, {"ref": ref.hex()}).content.decode()

    signature = services.receipt(text, ref)
    assert signature.hex() in page
    VerifyKey(bytes.fromhex(text.receipt_key)).verify(seals.receipt_message(text.digest, ref), signature)
    assert text.receipt_key in page


def test_a_key_that_is_gone_signs_nothing(published, client, settings):
    ref = selectors.published_refs(published[0])[0]
    settings.BP_RECEIPT_SEED = "ab" * 32

    page = client.post(ADDRESS, {"ref": ref.hex()}).content.decode()

    assert FOUND in page
    assert "a été détruite après la période de recours" in plain(page)
    assert "Signature de la mairie" not in page


def test_a_receipt_that_is_in_the_box_and_not_published_reads_like_one_that_does_not_exist(published, review, client):
    poll, waiting = published
    [recorded] = services.cast_many(poll, [review(poll, waiting[0], "BP26-0002")])
    [(_scope, ref)] = recorded.refs

    pages = [client.post(ADDRESS, {"ref": typed}).content.decode() for typed in (ref.hex(), "ab" * 32)]

    tokens = [page.split('csrfmiddlewaretoken" value="')[1][:64] for page in pages]
    plains = [
        page.replace(t, "").replace(v, "") for page, t, v in zip(pages, tokens, (ref.hex(), "ab" * 32), strict=True)
    ]
    assert plains[0] == plains[1]
    assert NOT_YET in pages[0]
    assert "paquets d’au moins cinquante" in pages[0]


def test_after_the_closing_the_list_is_complete(published, client):
    poll, _waiting = published
    services.close(poll, by=make.BUILDER, at=poll.closes_at)

    page = plain(client.post(ADDRESS, {"ref": "ab" * 32}).content.decode())

    assert "Ce reçu n’est pas dans la liste" in page
    assert "montrez-le à la mairie avec sa signature" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Recopiez au moins les seize premiers caractères du reçu."),
        ("4F0A 11BC 93D2", "Recopiez au moins les seize premiers caractères du reçu."),
        ("zzzz zzzz zzzz zzzz", "Un reçu n’a que des chiffres et les lettres de A à F, 64 au plus : recopiez-le."),
        ("a" * 66, "Un reçu n’a que des chiffres et les lettres de A à F, 64 au plus : recopiez-le."),
    ],
)
def test_what_is_no_receipt_is_refused_in_one_sentence(published, client, typed, sentence):
    page = client.post(ADDRESS, {"ref": typed})

    assert page.status_code == 422
    assert sentence in plain(page.content.decode())


def test_a_receipt_of_another_vote_is_not_found(published, client, night):
    other = make.seal(make.draft_poll(cycle=make.cycle_with_projects(slug="2027", prefix="BP27")))
    ref = selectors.published_refs(published[0])[0]

    assert FOUND not in client.post("/2027/vote/recu/", {"ref": ref.hex()}).content.decode()
    assert selectors.find_ref(other, ref) is None


def test_a_reference_is_never_read_from_an_address(published, client):
    ref = selectors.published_refs(published[0])[0]

    assert FOUND not in client.get(ADDRESS, {"ref": ref.hex()}).content.decode()


def test_searches_are_counted_by_network(published, client):
    answers = [client.post(ADDRESS, {"ref": "ab" * 32}).status_code for _time in range(61)]

    assert answers == [200] * 60 + [422]
    assert "Trop d’essais" in client.post(ADDRESS, {"ref": "ab" * 32}).content.decode()


def test_only_whole_references_are_matched(published):
    """A packet is one run of bytes: the end of a reference and the beginning of the next one are not a reference."""
    poll, _waiting = published
    first, second = selectors.published_refs(poll)[:2]

    assert selectors.find_ref(poll, first[16:] + second[:16]) is None
    assert selectors.find_ref(poll, second[:8]).ref == second


def test_the_page_of_a_vote_without_a_night_says_when_the_list_comes(poll, client):
    assert "La première liste paraîtra une nuit de vote" in client.get(ADDRESS).content.decode()


def test_without_a_vote_there_is_no_such_page(db, client):
    make.cycle_with_projects()

    assert client.get(ADDRESS).status_code == 404
    assert client.get("/2026/vote/recus.txt").status_code == 404
