"""The roll: codes that live on paper, five tries, and nothing that another poll could use."""

from __future__ import annotations

import json
import re

import pytest
from django.core.cache import cache
from django.db import connection

from bp_platform.core.decisions import Refused
from tests.factories import voting as make
from voting import services
from voting.models import RollEntry
from voting.services.roll import Person

WRONG = "Ce code et cette année de naissance ne vont pas ensemble. Vérifiez-les sur la lettre."


@pytest.fixture
def letters(poll):
    return {issued.name: issued for issued in services.issue_codes(poll, by=make.BUILDER, at=make.clock())}


def identify(poll, code, birth_year=1970, at=None):
    return services.identify(poll, code=code, birth_year=birth_year, network="10.0.0", at=at or make.clock())


def test_each_person_has_a_code_that_names_them(poll, letters, aicha, chloe_entry):
    assert re.fullmatch(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]", letters["Aïcha"].code)
    assert identify(poll, letters["Aïcha"].code) == aicha
    assert identify(poll, letters["Chloé"].code.lower().replace(" ", "-"), 1971) == chloe_entry


def test_codes_are_given_once_and_kept_nowhere(poll, letters):
    assert list(services.issue_codes(poll, by=make.BUILDER, at=make.clock())) == []
    code = letters["Aïcha"].code.replace(" ", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM voting_rollentry t")
        assert code not in cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(t::text, ' '), '') FROM core_ratecount t")
        assert code not in cursor.fetchone()[0]


@pytest.mark.parametrize("year", [1969, 0])
def test_the_code_alone_is_not_enough(year, poll, letters):
    with pytest.raises(Refused, match=WRONG):
        identify(poll, letters["Aïcha"].code, year)


def test_a_typing_error_is_told_apart(poll, letters):
    with pytest.raises(Refused, match="faute de frappe"):
        identify(poll, letters["Aïcha"].code[:-1] + "?")


def test_five_tries_then_the_code_rests_in_every_process(poll, letters):
    now = make.clock()
    for _try in range(5):
        with pytest.raises(Refused, match=WRONG):
            identify(poll, letters["Aïcha"].code, 1950, now)
    cache.clear()

    with pytest.raises(Refused, match="Trop d’essais"):
        identify(poll, letters["Aïcha"].code, 1970, now)
    assert identify(poll, letters["Chloé"].code, 1971, now).name == "Chloé"
    assert identify(poll, letters["Aïcha"].code, 1970, now + make.HOUR).name == "Aïcha"


def test_a_code_is_bound_to_its_poll(poll, letters):
    other = make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25"))
    make.admit(other, "Aïcha")
    other = make.seal(other)

    with pytest.raises(Refused, match=WRONG):
        identify(other, letters["Aïcha"].code)


def test_somebody_set_aside_is_sent_to_the_town_hall(poll, letters, aicha):
    RollEntry.objects.filter(pk=aicha.pk).update(status="set_aside", status_reason="Homonyme.")

    with pytest.raises(Refused, match="Votre inscription est à vérifier"):
        identify(poll, letters["Aïcha"].code)


def test_the_roll_names_only_scopes_of_the_poll(poll):
    with pytest.raises(Refused, match="un périmètre que ce vote n’a pas"):
        services.admit(poll, [Person("Dora", 1980, ("ailleurs",))], by=make.BUILDER, at=make.clock())


def test_strangers_do_not_touch_the_roll(poll, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.admit(poll, [Person("Dora", 1980)], by=chloe, at=make.clock())
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        list(services.issue_codes(poll, by=chloe, at=make.clock()))


def test_where_one_votes_on_the_spot_the_booth_is_closed_at_home(poll, letters, lifted, client):
    version = poll.cycle.rulebook_versions.get()
    version.values["ballot"]["venue"] = "in_person"
    lifted("UPDATE cycles_rulebookversion SET values = %s WHERE id = %s", json.dumps(version.values), version.pk)

    with pytest.raises(Refused, match="que sur place .article 6.\\s: venez dans l’un des lieux de vote"):
        identify(poll, letters["Aïcha"].code)
    page = client.get("/2026/vote/").content.decode()
    assert "On vote sur place" in page and 'name="code"' not in page
