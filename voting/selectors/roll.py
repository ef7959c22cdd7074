"""Reads of the roll: finding somebody, who is on it, what deserves a look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Greatest, Lower
from django.utils.translation import gettext as _

from bp_platform.core import calendar, limits
from voting.models import EntryStatus, Poll, RollEntry

FOUND_AT_MOST = 12
WRONG_CODES = "poll-wrong-codes"
CROWDED = 10  # people at one address
BURST = 50  # wrong codes in one hour
SHOWN = 10

_YEAR = re.compile(r"(?:19|20)\d\d")


def find(poll: Poll, words: str, *, at_most: int = FOUND_AT_MOST) -> list[RollEntry]:
    """The people of a roll that these words name, each with its mark; the surest first.

    A number, a name in either order, in part or with a spelling slip; a birth year narrows. Accents and capitals do
    not count. Those whose name holds every word come first; near spellings fill what is left. Two queries at most.
    """
    on_the_roll = RollEntry.objects.filter(poll=poll).select_related("mark")
    asked = words.replace("\0", " ").strip()
    tokens = re.findall(r"\w+", asked.lower())
    if not tokens:
        return []
    years = [token for token in tokens if _YEAR.fullmatch(token)]
    names = [token for token in tokens if token not in years]
    said = Q(number=asked)
    if names:
        by_name = Q(*(Q(plain_name__contains=_plain(name)) for name in names))
        said |= by_name & _born(years)
    elif years:
        said |= _born(years)
    found = list(on_the_roll.filter(said).order_by("plain_name", "birth_year", "pk")[:at_most])
    if not names or len(found) >= at_most:
        return found
    near = _plain(" ".join(names))
    likeness = Greatest(
        _likeness("similarity", near, F("plain_name")), _likeness("word_similarity", near, F("plain_name"))
    )
    alike = Q(plain_name__trigram_similar=near) | Q(plain_name__trigram_word_similar=near)
    rest = on_the_roll.filter(alike & _born(years)).exclude(pk__in=[entry.pk for entry in found])
    return found + list(rest.alias(likeness=likeness).order_by("-likeness", "plain_name", "pk")[: at_most - len(found)])


def _address() -> Func:
    return Func(Lower("postal_address"), function="f_unaccent", output_field=TextField())


def _plain(word: str) -> Func:
    return Func(Value(word), function="f_unaccent", output_field=TextField())


def _likeness(function: str, near: Func, name: F) -> Func:
    return Func(near, name, function=function, output_field=FloatField())


def _born(years: list[str]) -> Q:
    return Q(birth_year__in=[int(year) for year in years]) if years else Q()


def namesakes(poll: Poll, name: str, birth_year: int) -> list[RollEntry]:
    """Who, on this roll, was born that year and is called nearly so: to be looked at before somebody is entered."""
    near = _plain(" ".join(re.findall(r"\w+", name.lower())))
    born = RollEntry.objects.filter(poll=poll, birth_year=birth_year, plain_name__trigram_similar=near)
    alike = born.alias(likeness=_likeness("similarity", near, F("plain_name"))).filter(likeness__gte=0.5)
    return list(alike.select_related("mark").order_by("-likeness", "plain_name", "pk")[:SHOWN])


def waiting_for_a_letter(poll: Poll) -> QuerySet[RollEntry]:
    """Admitted, without a code, with what a letter needs, and who has not voted."""
    admitted = RollEntry.objects.filter(poll=poll, status=EntryStatus.ADMITTED, code_digest=None, mark=None)
    return admitted.filter(birth_year__isnull=False).exclude(postal_address="")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to look at: in words, as the desk's search takes it, and how many."""

    words: str
    sought: str
    number: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look at on the roll; nobody is ever set aside by it. `cases`: the first few and how many each. What
    `field` of the desk's search, posted, shows their people; « » when nothing does."""

    title: str
    explanation: str
    cases: Sequence[Case]
    field: str = ""


def living_at(poll: Poll, plain_address: str, at_most: int) -> list[RollEntry]:
    """Who is entered at an address, as an alarm names it."""
    entries = (
        RollEntry.objects.filter(poll=poll)
        .alias(plain_address=_address())
        .filter(plain_address=plain_address.replace("\0", " "))
    )
    return list(entries.select_related("mark").order_by("plain_name", "pk")[:at_most])


def alarms(poll: Poll) -> list[Alarm]:
    """What abuse and mistakes look like, and so does ordinary life: crowded addresses, namesakes, wrong codes."""
    return [alarm for alarm in (_crowded(poll), _same_people(poll), _wrong_codes(poll)) if alarm.cases]


def _crowded(poll: Poll) -> Alarm:
    entries = RollEntry.objects.filter(poll=poll).exclude(postal_address="").order_by()
    grouped = entries.annotate(plain_address=_address()).values("plain_address").annotate(people=Count("pk"))
    crowded = grouped.filter(people__gt=CROWDED).order_by("-people", "plain_address")[:SHOWN]
    return Alarm(
        _("Beaucoup de monde à une adresse"),
        _(
            "Plus de %(number)d personnes inscrites à la même adresse : un foyer, une résidence, un immeuble sans "
            "numéro d’appartement, ou des inscriptions de complaisance. Vérifiez auprès du gardien ou du registre."
        )
        % {"number": CROWDED},
        [Case(row["plain_address"].replace("\n", ", "), row["plain_address"], row["people"]) for row in crowded],
        field="address",
    )


def _same_people(poll: Poll) -> Alarm:
    entries = RollEntry.objects.filter(poll=poll, birth_year__isnull=False).exclude(status=EntryStatus.SET_ASIDE)
    grouped = entries.order_by().values("plain_name", "birth_year").annotate(people=Count("pk"))
    alike = grouped.filter(people__gt=1).order_by("-people", "plain_name", "birth_year")[:SHOWN]
    said = [(f"{row['plain_name']} {row['birth_year']}", row["people"]) for row in alike]
    return Alarm(
        _("Même nom, même année de naissance"),
        _(
            "Des homonymes, ou une personne inscrite deux fois. Comparez leurs adresses ; si c’est la même personne, "
            "demandez la mise à l’écart de l’une des deux inscriptions."
        ),
        [Case(words, words, people) for words, people in said],
        field="words",
    )


def _wrong_codes(poll: Poll) -> Alarm:
    return Alarm(
        _("Beaucoup de codes refusés"),
        _(
            "Plus de %(number)d codes refusés en une heure, dans les dernières vingt-quatre heures : une lettre peu "
            "lisible, ou quelqu’un qui essaie des codes. Un code ne s’essaie que cinq fois par heure et vingt fois en "
            "tout."
        )
        % {"number": BURST},
        [
            Case(calendar.moment_words(hour), "", count)
            for hour, count in limits.spent(WRONG_CODES, str(poll.pk))
            if count > BURST
        ],
    )
