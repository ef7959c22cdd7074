"""Codes, limits, texts, registries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bp_platform.core import calendar, codes, limits, money, registries, text
from bp_platform.core.decisions import YES, no
from bp_platform.core.models import RateCount


def test_a_code_is_read_however_it_is_typed():
    assert codes.normalise(" k7qm-2xhd 9pvr o0il ") == "K7QM2XHD9PVR0011"
    assert codes.digest("x", "K7QM 2XHD") == codes.digest("x", "k7qm2xhd")


def test_the_same_code_has_another_digest_for_another_purpose():
    assert codes.digest("a", "K7QM") != codes.digest("b", "K7QM")


@given(st.text(alphabet=codes.ALPHABET, min_size=12, max_size=12), st.integers(0, 11), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_seen_by_the_check(code, position, other):
    wrong = code[:position] + other + code[position + 1 :]

    assert (codes.check_character(wrong) == codes.check_character(code)) == (wrong == code)


@pytest.mark.django_db
def test_the_sixth_try_is_refused_and_the_next_window_is_free(at):
    answers = [limits.spend("code", "BP26", limit=5, per=timedelta(minutes=10), at=at) for _ in range(6)]

    assert [bool(a) for a in answers] == [True] * 5 + [False]
    assert str(answers[5].reason) == "Trop d’essais. Réessayez dans 10 minutes."
    assert limits.spend("code", "BP26", limit=5, per=timedelta(minutes=10), at=at + timedelta(minutes=10))


@pytest.mark.django_db
def test_the_target_of_a_limit_is_kept_as_a_hash(at):
    limits.spend("code", "aicha@valrive.example", limit=5, per=timedelta(minutes=10), at=at)

    assert "aicha" not in RateCount.objects.get().key
    assert limits.forget_before(at + timedelta(days=2)) == 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "**gras** et <script>alert(1)</script>",
            "<p><strong>gras</strong> et &lt;script&gt;alert(1)&lt;/script&gt;</p>\n",
        ),
        ("[clic](javascript:alert(1))", "<p>[clic](javascript:alert(1))</p>\n"),
        ("# Titre", "<h3>Titre</h3>\n"),
    ],
)
def test_what_people_write_is_made_safe(written, shown):
    assert text.rich(written) == shown


def test_one_line_fields_are_tidy():
    assert text.tidy("  Des\tbancs \n à  l’ombre\u200b ") == "Des bancs à l’ombre"


def test_a_list_in_french():
    assert [text.enumerate_fr(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a et b", "a, b et c"]


def test_a_key_is_registered_once():
    registry: registries.Registry = registries.Registry("test")
    veto = registries.Veto("one", "act", lambda obj, at: YES)
    registry.register(veto)

    with pytest.raises(ValueError, match="registered twice"):
        registry.register(veto)


def test_an_objection_is_the_first_no(at, monkeypatch):
    registry: registries.Registry = registries.Registry("vetoes")
    registry.register(registries.Veto("yes", "act", lambda obj, at: YES))
    registry.register(registries.Veto("no", "act", lambda obj, at: no("Le vote est scellé.")))
    registry.register(registries.Veto("other", "another", lambda obj, at: no("Jamais demandé.")))
    monkeypatch.setattr(registries, "vetoes", registry)

    assert registries.objection("act", None, at) == no("Le vote est scellé.")
    assert registries.objection("nothing", None, at) == YES


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "value"), [("join_collapse_limit", "5"), ("max_parallel_workers_per_gather", "0")])
def test_the_database_answers_small_questions_without_ceremony(setting, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == (value,)


@pytest.mark.parametrize("order", [("fr", "en"), ("en", "fr")])
def test_words_that_are_kept_are_those_of_the_language_that_is_read(order):
    days, amounts = {"fr": "1er avril 2031", "en": "1 April 2031"}, {"fr": "1 234,51 €", "en": "1,234.51 €"}
    for language in (*order, *order):
        with translation.override(language):
            assert calendar.day_words(date(2031, 4, 1)) == days[language]
            written = money.in_words(Decimal("1234.51"))
            assert written.replace("\u202f", " ").replace("\u00a0", " ") == amounts[language]
