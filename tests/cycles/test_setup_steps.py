"""The set-up, step by step: fields derived from the règlement, saved, resumed, written by two officers at once."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from pydantic import BaseModel, Field

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import presets, selectors, services, settings_words, setup
from cycles.forms.rules import LinesField, RulesForm, as_json, form_field, read_lines
from cycles.rules import Rules
from tests.factories import cycles as factory
from tests.html import validity
from tests.people import BUILDER, staff

pytestmark = pytest.mark.django_db

PLAIN = Rules().model_dump(mode="json")


@pytest.fixture(autouse=True)
def _today(at, time_machine):
    """Views read the clock: it is the test's moment."""
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(town, at):
    """An edition in preparation, with the usual règlement as a draft."""
    return services.create_empty(by=BUILDER, at=at, title="Édition 2027", slug="2027", number_prefix="BP27")


@pytest.fixture
def draft(cycle):
    return selectors.open_draft(cycle)


def acts(cycle):
    lines = JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position")
    return list(lines.values_list("act", flat=True))


def posted(step, **changes):
    """What a browser posts for a step as it is shown, with these changes (`section__field`)."""
    form = RulesForm(step=step, values=PLAIN)
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value is not None and value is not False:  # zero is a value
            data[name] = "on" if value is True else value
    return data | {name: value for name, value in changes.items() if value is not None}


def edit(draft, by, at, section, shown=None, **written):
    """One officer writes fields of a section, having seen `shown` (what it held at first, when not told)."""
    base = {name: PLAIN[section][name] for name in written} if shown is None else shown
    return services.edit_rulebook(draft, by=by, at=at, written={section: written}, shown={section: base})


def test_every_setting_has_its_words_and_its_step():
    assert [code for code in settings_words.codes() if code not in settings_words.SETTINGS] == []
    assert [code for code in settings_words.SETTINGS if not settings_words.exists(code)] == []
    steps = {step.key for step in setup.STEPS if step.writes_rules}
    assert {settings_words.step_of(code) for code in settings_words.codes()} == steps


def test_every_option_has_its_words():
    bare = []
    for code in settings_words.codes():
        section, _dot, name = code.partition(".")
        built = form_field(code, settings_words.model_of(section).model_fields[name])
        bare += [f"{code}: {value}" for value, label in getattr(built, "choices", []) if value == label]
    assert bare == []


def test_a_list_or_parts_are_typed_on_lines():
    """What the règlement may grow: lists of words, and things with parts."""
    field = LinesField(required=False)
    assert field.prepare_value(["a", "b"]) == "a\nb"
    assert field.prepare_value([{"area": "nord", "least": 2}]) == "area : nord ; least : 2"
    assert read_lines(tuple[str, ...], "nord\n\n sud ") == ["nord", "sud"]
    assert read_lines(dict[str, int], "nord : 2\nsud : 1") == {"nord": 2, "sud": 1}
    assert read_lines(tuple[int, ...] | None, "1\n2") == [1, 2]


class Floor(BaseModel):
    area: str
    least: int = 1


class Odd(BaseModel):
    """Whatever kinds of fields the règlement may come to have."""

    grades: Literal[4, 5, 6] = 5
    tie: Literal["draw", "committee"] | None = None
    seats: Annotated[int, Field(ge=1, le=9)] | None = None
    share: Decimal = Decimal("12.50")
    ends_on: date | None = None
    floors: tuple[Floor, ...] = (Floor(area="nord", least=2),)
    names: tuple[str, ...] = ("un", "deux")
    quotas: dict[str, int] = {"nord": 2}
    channels: tuple[Literal["web", "paper"], ...] = ("web",)
    note: Annotated[str, Field(max_length=400)] = ""
    is_open: bool = True


def test_every_kind_of_field_is_shown_and_read_back():
    shown = Odd().model_dump(mode="json")
    read = {}
    for name, info in Odd.model_fields.items():
        field = form_field(f"odd.{name}", info)
        typed = field.prepare_value(shown[name])
        read[name] = as_json(
            info,
            field.clean("" if typed is None else str(typed) if isinstance(typed, int) and typed is not True else typed),
        )

    assert Odd.model_validate(read) == Odd()


def test_an_edition_resumes_where_it_was_left_and_each_step_shows_its_articles(cycle, paula, sign_in):
    client = sign_in(paula)
    assert client.get("/bureau/editions/2027/").headers["Location"] == "/bureau/editions/2027/cadre/"

    page = client.get("/bureau/editions/2027/vote/").content.decode()
    assert "Qui vote, comment, avec quelle preuve" in page
    assert "Chacun choisit de 1 à 5 projets." in page

    answer = client.post("/bureau/editions/2027/vote/", posted("vote", ballot__maximum_choices="3", continuer="1"))
    assert answer.headers["Location"] == "/bureau/editions/2027/depouillement/"
    cycle.refresh_from_db()
    assert cycle.setup_done == ["vote"]
    assert selectors.rules_of(cycle).ballot.maximum_choices == 3
    assert acts(cycle)[-1] == "edit_rulebook:ballot"
    done = [station.label for station in selectors.setup_stations(cycle, "cadre") if station.state == "past"]
    assert [str(label) for label in done] == ["Lieux", "Vote"]


def test_the_article_is_written_again_while_one_types_and_nothing_is_saved(cycle, paula, sign_in):
    client = sign_in(paula)
    data = posted("vote", electorate__minimum_age="11", apercu="1")

    whole = client.post("/bureau/editions/2027/vote/", data)
    part = client.post("/bureau/editions/2027/vote/", data, headers={"HX-Request": "true"})

    assert whole.status_code == 200
    assert "de 11 ans et plus" in whole.content.decode()
    preview = part.content.decode().partition('id="apercu"')[2].partition("</aside>")[0]
    assert preview and preview in whole.content.decode()
    assert selectors.rules_of(cycle).electorate.minimum_age == 16


def test_what_is_refused_names_its_field_and_loses_nothing(cycle, paula, sign_in):
    data = posted("vote", ballot__minimum_choices="9", electorate__minimum_age="101", ballot__decided_by="le conseil")

    answer = sign_in(paula).post("/bureau/editions/2027/vote/", data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "crivez un nombre d’au plus 99." in page
    assert 'value="101"' in page and 'value="9"' in page and "le conseil" in page

    crossed = sign_in(paula).post("/bureau/editions/2027/vote/", posted("vote", ballot__minimum_choices="9"))
    assert "Le nombre minimal de choix dépasse le nombre maximal." in crossed.content.decode()


def test_two_officers_on_the_same_field_the_second_chooses(cycle, draft, paula, ada, at, sign_in):
    edit(draft, ada, at, "ballot", maximum_choices=4)
    client = sign_in(paula)
    data = posted("vote", ballot__maximum_choices="3", electorate__minimum_age="12")

    clash = client.post("/bureau/editions/2027/vote/", data)

    page = clash.content.decode()
    assert clash.status_code == 422
    assert "La mienne\u00a0: 3\u00a0projets" in page and "Celle déjà enregistrée\u00a0: 4\u00a0projets" in page
    assert "Ada Lefèvre" in page
    assert selectors.rules_of(cycle).electorate.minimum_age == 16  # all of it, or none

    base = json.dumps({name: selectors.rules_of(cycle).model_dump(mode="json")["ballot"][name] for name in json.loads(data["base__ballot"])})  # fmt: skip
    theirs = data | {"base__ballot": base, "garder__ballot__maximum_choices": "theirs"}
    assert client.post("/bureau/editions/2027/vote/", theirs).status_code == 303
    assert (selectors.rules_of(cycle).ballot.maximum_choices, selectors.rules_of(cycle).electorate.minimum_age) == (
        4,
        12,
    )

    mine = data | {"base__ballot": base, "garder__ballot__maximum_choices": "mine"}
    assert client.post("/bureau/editions/2027/vote/", mine).status_code == 303
    assert selectors.rules_of(cycle).ballot.maximum_choices == 3


def test_two_officers_on_two_fields_of_a_section_are_both_heard(cycle, draft, paula, ada, at):
    shown = {"maximum_choices": 5, "threshold_votes": 0}
    edit(draft, ada, at, "ballot", shown, maximum_choices=5, threshold_votes=20)

    edit(draft, paula, at, "ballot", shown, maximum_choices=3, threshold_votes=0)

    ballot = selectors.rules_of(cycle).ballot
    assert (ballot.maximum_choices, ballot.threshold_votes) == (3, 20)


def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing(draft, paula, at):
    with pytest.raises(services.Clash):
        edit(draft, paula, at, "ballot", {}, maximum_choices=3)


def test_saving_without_a_change_writes_no_line(cycle, draft, paula, at):
    before = acts(cycle)

    edit(draft, paula, at, "ballot", maximum_choices=5)

    assert acts(cycle) == before


@pytest.mark.parametrize(
    ("section", "written", "sentence"),
    [
        ("nowhere", {"x": 1}, "Cette partie du règlement n’existe pas"),
        ("schema_version", {"x": 1}, "Cette partie du règlement n’existe pas"),
        ("ballot", {"winner": "moi"}, "ce champ n’existe pas"),
    ],
)
def test_a_forged_section_is_refused(draft, paula, at, section, written, sentence):
    with pytest.raises(ValidationError, match=sentence):
        edit(draft, paula, at, section, {}, **written)


def test_a_stranger_sees_nothing_and_the_auditor_only_reads(cycle, draft, chloe, at, sign_in):
    stranger, auditor = chloe, staff("ines", "Inès", "Moreau", "auditor", at)

    for address in ("cadre/", "vote/", "adoption/", "publication/", "lecons/"):
        assert sign_in(stranger).get(f"/bureau/editions/2027/{address}").status_code in {403, 404}
    assert sign_in(stranger).get("/bureau/editions/").status_code == 404
    assert "Seule l’équipe participation peut le faire." in sign_in(auditor).get("/bureau/editions/2027/vote/").content.decode()  # fmt: skip
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        edit(draft, auditor, at, "ballot", maximum_choices=3)


def test_an_open_phase_freezes_its_fields_even_for_a_form_shown_before(at, paula, sign_in, time_machine):
    cycle = factory.cycle(at, open_phase="campaign")
    time_machine.move_to(at)
    client = sign_in(paula)
    assert "ouvrez un nouveau projet" in client.post("/bureau/editions/2026/vote/", posted("vote")).content.decode()
    client.post("/bureau/editions/2026/projet/", {"etape": "vote"})
    client.post("/bureau/editions/2026/projet/", {"etape": "vote"})
    assert [version.number for version in selectors.versions_of(cycle)] == [2, 1]
    shown_before = posted("vote", ballot__maximum_choices="2")

    time_machine.move_to(selectors.phase_of(cycle, "vote").opens_at)
    late = sign_in(paula).post("/bureau/editions/2026/vote/", shown_before)

    assert late.status_code == 422
    assert "L’article 7 (comment on vote et comment on compte) est figé" in late.content.decode()
    page = sign_in(paula).get("/bureau/editions/2026/vote/").content.decode()
    assert "Enregistrer une dérogation" in page


def test_the_frame_is_written_and_keeps_its_address_once_public(cycle, paula, at, sign_in):
    facts = {
        "title": "Édition 2027", "slug": "2027", "number_prefix": "BP27", "kind": "residents", "promise": "",
        "total_eur": "120 000,50 €", "council_resolution": "", "contact": "Mission participation, 02 47 00 00 00",
    }  # fmt: skip
    client = sign_in(paula)

    assert client.post("/bureau/editions/2027/cadre/", facts | {"continuer": "1"}).status_code == 303
    cycle.refresh_from_db()
    assert (str(cycle.total_eur), cycle.contact) == ("120000.50", facts["contact"])
    assert acts(cycle)[-1] == "edit_frame"

    services.publish_cycle(cycle, by=BUILDER, at=at)
    moved = client.post("/bureau/editions/2027/cadre/", facts | {"slug": "bp2027"})
    assert moved.status_code == 422
    assert "il ne change plus" in moved.content.decode()
    taken = client.post("/bureau/editions/2027/cadre/", facts | {"slug": "bureau"})
    assert "ette adresse est réservée" in taken.content.decode()


PAGES = (
    "", "nouvelle/", "nouvelle/simple/", "nouvelle/vide/", "nouvelle/modele/P17/", "2027/cadre/", "2027/proposer/", "2027/etude/", "2027/vote/",
    "2027/depouillement/", "2027/suites/", "2027/adoption/", "2027/adoption/derogation/", "2027/adoption/1/retirer/",
    "2027/adoption/consultation/?reglage=ballot.kind", "2027/publication/", "2027/lecons/",
)  # fmt: skip


def test_every_page_of_the_desk_is_sound_html(cycle, paula, sign_in):
    client = sign_in(paula)

    found = {address: validity.faults(client.get(f"/bureau/editions/{address}").content.decode()) for address in PAGES}

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_things_with_parts_are_typed_a_line_each_in_words():
    field = form_field("bodies.listed", settings_words.model_of("bodies").model_fields["listed"])
    body = {
        "code": "suivi", "name": "le comité de suivi", "residents": 12, "elected": 2, "agents": 0, "associations": 1,
        "recruitment": "drawn", "decides": ["follow_up", "ties"],
    }  # fmt: skip

    typed = field.prepare_value([body])

    assert typed == "suivi ; le comité de suivi ; 12 ; 2 ; 0 ; 1 ; tirage au sort ; suivi, égalités"
    assert field.clean(typed) == [body]
    assert field.clean("\n b ;  le conseil ") == [{"code": "b", "name": "le conseil"}]


@pytest.mark.parametrize(
    ("step", "name", "typed", "sentence"),
    [
        ("proposer", "caps__tranches", "a ; Petits ; 0 ; 20 000\nb ; Grands ; vingt ; 50 000", "igne 2\u00a0: «\u00a0vingt\u00a0» n’est pas un montant (plus de)."),
        ("proposer", "caps__tranches", "a ; Petits", "igne 1\u00a0: il manque «\u00a0jusqu’à\u00a0»"),
        ("proposer", "caps__tranches", "a ; Petits ; 30 000 ; 20 000", "igne 1\u00a0: La tranche «\u00a0Petits\u00a0» finit avant de commencer"),
        ("vote", "ballot__list_choices", "ville ; deux ; 3", "igne 1\u00a0: «\u00a0deux\u00a0» n’est pas un nombre entier (au moins)."),
        ("vote", "ballot__list_choices", "ville ; 1 ; 3 ; 4", "igne 1\u00a0: il y a 4 parties, et 3 au plus sont attendues"),
        ("etude", "bodies__listed", "suivi ; le comité ; 1 ; 1 ; 1 ; 1 ; ailleurs", "igne 1\u00a0: «\u00a0ailleurs\u00a0» n’est pas connu, écrivez non précisé"),
        ("proposer", "admissibility__criteria", "À pied\n" + "x" * 161, "igne 2\u00a0: ce texte est trop long"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(cycle, paula, sign_in, step, name, typed, sentence):
    answer = sign_in(paula).post(f"/bureau/editions/2027/{step}/", posted(step, **{name: typed}))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert '<details class="rules__more" open>' in page


def test_what_few_editions_need_is_folded_until_it_is_used(cycle, paula, sign_in):
    client = sign_in(paula)
    folds = client.get("/bureau/editions/2027/vote/").content.decode()
    assert '<details class="rules__more">' in folds and '<details class="rules__more" open>' not in folds

    points = posted("vote", ballot__kind="points", ballot__points_per_voter="10")
    assert client.post("/bureau/editions/2027/vote/", points).status_code == 303

    page = client.get("/bureau/editions/2027/vote/").content.decode()
    assert '<details class="rules__more" open>' in page
    assert "Chacun répartit 10 points." in page


@pytest.mark.parametrize("key", presets.keys())
def test_the_rules_of_a_card_are_shown_and_read_back_unchanged(key):
    values = presets.read(key).rules.model_dump(mode="json")
    for step in (step.key for step in setup.STEPS if step.writes_rules):
        shown = RulesForm(step=step, values=values)
        data = QueryDict(mutable=True)
        for name, field in shown.fields.items():
            value = field.prepare_value(shown.get_initial_for_field(field, name))
            if isinstance(value, list):
                data.setlist(name, value)
            elif value is not None and value is not False:
                data[name] = "on" if value is True else str(value)

        form = RulesForm(data, step=step, values=values)

        assert form.errors == {}
        for section, written in form.written().items():
            assert {name: values[section][name] for name in written} == as_read(section, written)


def as_read(section, written):
    whole = settings_words.model_of(section).model_validate(written).model_dump(mode="json")
    return {name: whole[name] for name in written}
