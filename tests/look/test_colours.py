"""The palette reads well, and a town's colour that does not is refused with a sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core import colours

TEXTS = ("ink", "ink-soft", "signal", "good", "warn", "danger")
GROUNDS = ("paper", "card", "sunk")
TOWNS = ("#0b5d4b", "#003189", "#c8102e", "#7a1f5c", "#000000", "#5b4a00")


def test_contrast_is_that_of_wcag():
    found = (colours.contrast("#000000", "#ffffff"), colours.contrast("#777777", "#777777"))

    assert found == (21.0, 1.0)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_text_colour_is_readable_on_every_ground(scheme):
    poor = [
        (text, ground)
        for text in TEXTS
        for ground in GROUNDS
        if colours.contrast(colours.PALETTE[text][scheme], colours.PALETTE[ground][scheme]) < 4.5
    ]

    assert poor == []


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("tone", ["signal", "good", "warn", "danger"])
def test_every_tone_is_readable_on_its_tint(scheme, tone):
    ground = colours.PALETTE[f"{tone}-soft"][scheme]

    ratios = [colours.contrast(colours.PALETTE[name][scheme], ground) for name in (tone, "ink", "ink-soft")]

    assert [ratio for ratio in ratios if ratio < 4.5] == []


@pytest.mark.parametrize("scheme", [0, 1])
def test_the_edge_of_a_field_is_seen(scheme):
    ratios = [colours.contrast(colours.PALETTE["field"][scheme], colours.PALETTE[ground][scheme]) for ground in GROUNDS]

    assert [ratio for ratio in ratios if ratio < 3] == []


@pytest.mark.parametrize("town", TOWNS)
def test_an_accepted_accent_is_readable_everywhere_it_is_used(town):
    poor = []
    for scheme, accent in enumerate(colours.accent(town)):
        pairs = [(accent.main, colours.PALETTE[ground][scheme]) for ground in GROUNDS]
        pairs += [(accent.main, accent.ink), (accent.strong, accent.ink), (accent.main, accent.soft)]
        pairs += [(colours.PALETTE["ink"][scheme], accent.soft), (colours.PALETTE["ink-soft"][scheme], accent.soft)]
        poor += [(scheme, pair) for pair in pairs if colours.contrast(*pair) < 4.5]

    assert (colours.accent_refusal(town), poor) == ("", [])


def test_the_accent_of_a_town_is_kept_as_it_is_in_the_light_scheme():
    light, _dark = colours.accent("#003189")

    assert light.main == "#003189"


def test_a_pale_accent_is_refused_with_a_colour_to_try():
    sentence = colours.accent_refusal("#f4c95d")

    assert sentence == (
        "La couleur #f4c95d est trop claire\u00a0: un texte de cette couleur aurait un contraste de 1,3 "
        "sur le fond de la page, il en faut 4,5. Essayez #846502, la même teinte en plus foncé."
    )
    assert colours.accent_refusal("#846502") == ""


@pytest.mark.parametrize("value", ["", "vert", "#12", "#0b5d4b;}", "0b5d4b"])
def test_a_colour_that_is_not_one_is_refused(value):
    with pytest.raises(ValidationError) as refusal:
        colours.validate_accent(value)

    assert refusal.value.messages == [
        "Écrivez la couleur avec un dièse et six chiffres ou lettres de a à f, par exemple #0b5d4b."
    ]


def test_the_sheet_of_a_town_overrides_the_tokens_in_both_schemes():
    sheet = colours.accent_sheet("#003189")

    assert sheet.startswith("@layer tokens{:root{--accent:#003189;--accent-ink:#ffffff;")
    assert "@media screen and (prefers-color-scheme:dark){:root{--accent:#9abefd;" in sheet
