"""The roll's desk as it is shown: how many, what waits, letters; and one person's sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Func, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import calendar, components
from bp_platform.core.components import Cell, Row
from voting.models import EntryStatus, LetterBatch, LettersState, Poll, Proof, RequestState, RollEntry, RollRequest
from voting.roll_reading import Read
from voting.selectors.roll import Alarm, alarms, waiting_for_a_letter

SHOWN_REQUESTS = 50


@dataclass(frozen=True, slots=True)
class RollView:
    """What the desk of the roll shows."""

    counts: Sequence[components.Count]
    shares: Sequence[tuple[str, str]]  # by scope, by proof, by status: label, « 420 »
    waiting: int  # people a letter can be made for
    unreachable: int  # admitted, without code, and no letter can be made for them
    requests: Sequence[RollRequest]
    batches: Sequence[LetterBatch]  # to be made again
    alarms: Sequence[Alarm]


def roll(poll: Poll) -> RollView:
    """The whole roll in figures; eight queries, whatever its size."""
    on_it = RollEntry.objects.filter(poll=poll)
    admitted = Q(status=EntryStatus.ADMITTED)
    figures = on_it.aggregate(
        total=Count("pk"),
        pending=Count("pk", filter=Q(status=EntryStatus.PENDING)),
        aside=Count("pk", filter=Q(status=EntryStatus.SET_ASIDE)),
        admitted=Count("pk", filter=admitted),
        uncoded=Count("pk", filter=admitted & Q(code_digest=None)),
        marked=Count("mark"),
    )
    waiting = waiting_for_a_letter(poll).count()
    counts = [
        components.Count(_("personnes inscrites"), _number(figures["total"])),
        components.Count(_("admises"), _number(figures["admitted"])),
        components.Count(_("à vérifier"), _number(figures["pending"]), is_late=bool(figures["pending"])),
        components.Count(_("à l’écart"), _number(figures["aside"])),
        components.Count(_("admises sans code"), _number(figures["uncoded"])),
        components.Count(_("ont émargé"), _number(figures["marked"])),
    ]
    return RollView(
        counts,
        [*_by_scope(poll), *_by_proof(poll)],
        waiting,
        unreachable(poll),
        requests_waiting(poll),
        batches_waiting(poll),
        alarms(poll),
    )


def unreachable(poll: Poll) -> int:
    """Admitted, without a code nor a mark, and no letter reaches them: no address, or no birth year."""
    admitted = RollEntry.objects.filter(poll=poll, status=EntryStatus.ADMITTED, code_digest=None, mark=None)
    return admitted.filter(Q(postal_address="") | Q(birth_year=None)).count()


def requests_waiting(poll: Poll) -> list[RollRequest]:
    """What waits for a second person, the oldest first."""
    waiting = RollRequest.objects.filter(entry__poll=poll, state=RequestState.ASKED)
    return list(waiting.select_related("entry", "asked_by").order_by("asked_at", "pk")[:SHOWN_REQUESTS])


def requests_about(entry: RollEntry) -> list[RollRequest]:
    """All that was asked about somebody, the latest first."""
    return list(entry.requests.select_related("asked_by", "decided_by").order_by("-asked_at", "-pk"))


def entry_rows(entries: Sequence[RollEntry]) -> list[Row]:
    """People found, each with where they stand."""
    return [
        Row(
            [
                Cell(entry.name, note=entry.number, url=reverse("voting:entry", args=[entry.poll_id, entry.pk])),
                Cell(str(entry.birth_year or _("inconnue"))),
                Cell(one_line(entry.postal_address) or _("sans adresse")),
                Cell("", tag=str(EntryStatus(entry.status).label), tone=_TONES[EntryStatus(entry.status)])
                if not hasattr(entry, "mark")
                else Cell("", tag=_("a émargé"), tone="success"),
            ]
        )
        for entry in entries
    ]


def request_rows(poll: Poll, requests: Sequence[RollRequest], batches: Sequence[LetterBatch]) -> list[Row]:
    """What waits for a second person: who or which letters, what, why, asked by whom."""
    asked = [
        Row(
            [
                Cell(_("Lot %(number)d") % {"number": batch.number}, url=reverse("voting:letters", args=[poll.pk])),
                Cell(_("lettres à refaire")),
                Cell(batch.reason),
                _asked(batch.asked_by, batch.asked_at),
            ]
        )
        for batch in batches
    ]
    return asked + [
        Row(
            [
                Cell(request.entry.name, url=reverse("voting:entry", args=[poll.pk, request.entry_id])),
                Cell(request.get_kind_display()),
                Cell(request.reason),
                _asked(request.asked_by, request.asked_at),
            ]
        )
        for request in requests
    ]


def _asked(by: User | None, at: datetime | None) -> Cell:
    return Cell(by.shown_name if by else "", note=calendar.day_words(calendar.local_day(at)) if at else "")


def batches_waiting(poll: Poll) -> list[LetterBatch]:
    """Batches that somebody asks to make again."""
    asked = LetterBatch.objects.filter(poll=poll, state=LettersState.REDO_ASKED)
    return list(asked.select_related("asked_by").order_by("number"))


def entry_facts(poll: Poll, entry: RollEntry) -> list[tuple[str, str]]:
    """What is known of somebody: the day of their mark, never its hour; whether they have a code, never the code."""
    names = {scope["id"]: scope["name"] for scope in poll.plan["scopes"]}
    facts = [
        (_("Statut"), str(EntryStatus(entry.status).label)),
        (_("Motif"), entry.status_reason),
        (_("Numéro"), entry.number),
        (_("Année de naissance"), str(entry.birth_year or "")),
        (_("Adresse"), one_line(entry.postal_address)),
        (_("Vote pour"), ", ".join(names.get(scope, scope) for scope in entry.scopes)),
        (_("Preuve"), str(Proof(entry.proof).label)),
        (_("Inscription faite par"), entry.entered_by.shown_name if entry.entered_by else _("la liste importée")),
        (_("Code"), _code_words(entry)),
        (_("Émargement"), _mark_words(entry)),
    ]
    return [(label, value) for label, value in facts if value]


def read_rows(poll: Poll, first: Sequence[Read]) -> list[Row]:
    """The first people of a file, as they were understood."""
    names = {scope["id"]: scope["name"] for scope in poll.plan["scopes"]}
    return [
        Row(
            [
                Cell(read.name, note=read.number),
                Cell(str(read.birth_year)),
                Cell(one_line(read.postal_address) or _("sans adresse")),
                Cell(", ".join(names[scope] for scope in read.scopes)),
            ]
        )
        for read in first
    ]


def scope_counts(poll: Poll, by_scope: Mapping[str, int]) -> list[tuple[str, str]]:
    """How many people of a file vote in each scope; nothing when the vote has one."""
    if len(poll.plan["scopes"]) < 2:
        return []
    return [(scope["name"], _number(by_scope.get(scope["id"], 0))) for scope in poll.plan["scopes"]]


def letter_batches(poll: Poll) -> list[LetterBatch]:
    """The batches of letters, the latest first."""
    found = (
        LetterBatch.objects.filter(poll=poll).select_related("made_by", "asked_by", "decided_by").order_by("-number")
    )
    batches = list(found)
    for batch in batches:
        batch.poll = poll
    return batches


def batch_tone(batch: LetterBatch) -> components.Tone:
    if batch.state == LettersState.MADE:
        return "success" if batch.digest else "error"
    return "warning"


def batch_words(batch: LetterBatch) -> str:
    """Whether the file left, and what became of it."""
    if batch.state != LettersState.MADE:
        return str(batch.get_state_display())
    if not batch.digest:
        return _("téléchargement interrompu, ou encore en cours")
    return _("fichier parti en entier")


def key_words(public_key: str) -> str:
    """The first digits of a key, by four: to be compared by telephone."""
    return " ".join(public_key[i : i + 4] for i in range(0, 16, 4))


def one_line(postal_address: str) -> str:
    return ", ".join(postal_address.splitlines())


_TONES: dict[EntryStatus, components.Tone] = {
    EntryStatus.ADMITTED: "accent",
    EntryStatus.PENDING: "warning",
    EntryStatus.SET_ASIDE: "error",
}


def _code_words(entry: RollEntry) -> str:
    if entry.code_digest is None:
        return _("aucun")
    if entry.letters is None:
        return _("remis")
    return _("envoyé avec le lot %(number)d") % {"number": entry.letters.number}


def _mark_words(entry: RollEntry) -> str:
    mark = getattr(entry, "mark", None)
    if mark is None:
        return ""
    how = str(mark.get_channel_display())
    return _("%(day)s, %(how)s") % {"day": calendar.day_words(mark.day), "how": how}


def _by_scope(poll: Poll) -> list[tuple[str, str]]:
    if len(poll.plan["scopes"]) < 2:
        return []
    each = RollEntry.objects.filter(poll=poll).order_by()
    found = dict(each.values_list(Func(F("scopes"), function="unnest")).annotate(people=Count("pk")))
    return [(scope["name"], _number(found.get(scope["id"], 0))) for scope in poll.plan["scopes"]]


def _by_proof(poll: Poll) -> list[tuple[str, str]]:
    found = RollEntry.objects.filter(poll=poll).values_list("proof").annotate(people=Count("pk")).order_by("proof")
    return [(str(Proof(proof).label).capitalize(), _number(people)) for proof, people in found]


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))
