"""The roll: who may vote, and the codes that prove it. Codes live in memory and on paper; the roll keeps hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.core import codes, journal, limits, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from voting import policies, selectors
from voting.models import EntryStatus, Poll, Proof, RollEntry

CODE_LENGTH = 12  # 60 bits, and one check character more
ADMITTED = EntryStatus.ADMITTED.value
_STORED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to enter on the roll; `scopes` empty means the poll's first scope."""

    name: str
    birth_year: int | None = None
    scopes: tuple[str, ...] = ()
    proof: str = Proof.POSTAL_CODE
    number: str = ""
    postal_address: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code to print on one letter; it is known here and nowhere else."""

    name: str
    birth_year: int
    code: str


def admit(poll: Poll, people: Iterable[Person], *, by: Actor, at: datetime) -> int:
    """Enter people on the roll, admitted, in one copy. Returns how many. Refused once the vote is closed."""
    role = demand(policies.can_import_roll(by, poll, at)).role
    with journal.transaction_with_journal():
        admitted = enter_all(poll, people)
        journal.record(journal.Line(poll.journal_chain, at, by, "admit_to_roll", poll, role=role))
    return admitted


def enter_all(poll: Poll, people: Iterable[Person]) -> int:
    """Copy people onto the roll, inside an act. Returns how many."""
    known = {scope["id"] for scope in poll.plan["scopes"]}
    first = poll.plan["scopes"][0]["id"]
    admitted = 0
    columns = "poll_id, number, name, postal_address, birth_year, scopes, proof, status, status_reason"
    with connection.cursor() as cursor, cursor.copy(f"COPY voting_rollentry ({columns}) FROM STDIN") as copy:
        for person in people:
            scopes = sorted(person.scopes) or [first]
            if not known.issuperset(scopes):
                raise Refused(no(_("La liste nomme un périmètre que ce vote n’a pas.")))
            who = (person.number, text.tidy(person.name), person.postal_address, person.birth_year)
            copy.write_row((poll.pk, *who, scopes, person.proof, ADMITTED, ""))
            admitted += 1
    return admitted


def issue_codes(poll: Poll, *, by: Actor, at: datetime) -> Iterator[IssuedCode]:
    """A code for each admitted person with a birth year who has none. Print them as they come: they are not kept."""
    role = demand(policies.can_change_roll(by, poll, at)).role
    with journal.transaction_with_journal():
        waiting = list(
            RollEntry.objects.select_for_update()
            .filter(poll=poll, status=EntryStatus.ADMITTED, code_digest=None, birth_year__isnull=False)
            .order_by("pk")
        )
        made = new_codes(len(waiting))
        store_codes(poll, [row.pk for row in waiting], made)
        journal.record(journal.Line(poll.journal_chain, at, by, "issue_codes", poll, role=role))
    for row, code in zip(waiting, made, strict=True):
        yield IssuedCode(row.name, row.birth_year or 0, codes.grouped(code))


def identify(poll: Poll, *, code: str, birth_year: int, network: str, at: datetime) -> RollEntry:
    """The person who holds this code and was born that year. Five tries an hour for one code, twenty in all."""
    wrong = no(_("Ce code et cette année de naissance ne vont pas ensemble. Vérifiez-les sur la lettre."))
    demand(policies.takes_online(poll))
    typed = codes.normalise(code)
    tries = limits.spend("poll-network", f"{poll.pk}:{network}", limit=200, per=timedelta(minutes=10), at=at)
    demand(tries)
    if not _is_well_formed(typed):
        raise Refused(no(_("Ce code n’est pas complet ou contient une faute de frappe : recopiez-le de la lettre.")))
    demand(limits.spend("poll-code", f"{poll.pk}:{typed}", limit=policies.CODE_TRIES, per=timedelta(hours=1), at=at))
    if not limits.spend_until(
        "poll-code-life", f"{poll.pk}:{typed}", limit=policies.CODE_TRIES_IN_ALL, until=poll.closes_at
    ):
        raise Refused(
            no(_("Ce code a été essayé trop de fois : il ne sert plus. Présentez-vous à la mairie, avec vos papiers."))
        )
    entry = RollEntry.objects.filter(poll=poll, code_digest=codes.digest(_purpose(poll), typed)).first()
    if entry is None or not compare_digest(str(entry.birth_year), str(birth_year)):
        limits.spend(
            selectors.WRONG_CODES, str(poll.pk), limit=0, per=timedelta(hours=1), at=at
        )  # counted, for the alarms
        raise Refused(wrong)
    if entry.status != EntryStatus.ADMITTED:
        raise Refused(no(_("Votre inscription est à vérifier : présentez-vous à la mairie avec une pièce d’identité.")))
    return entry


def _new_code() -> str:
    code = codes.new_code(CODE_LENGTH)
    while (check := codes.check_character(code)) not in codes.ALPHABET:  # letters and digits only, on paper
        code = codes.new_code(CODE_LENGTH)
    return code + check


def _is_well_formed(typed: str) -> bool:
    return (
        len(typed) == CODE_LENGTH + 1
        and all(character in codes.ALPHABET for character in typed)
        and codes.check_character(typed[:-1]) == typed[-1]
    )


def _purpose(poll: Poll) -> str:
    return f"poll-code:{poll.pk}"


def new_codes(how_many: int) -> list[str]:
    """So many codes, each with its check character; they live in memory only."""
    return [_new_code() for _place in range(how_many)]


def store_codes(poll: Poll, ids: Sequence[int], made: Sequence[str], *, letters: int | None = None) -> None:
    """Keep the hash of each person's code, and the batch of letters that carries it."""
    for start in range(0, len(ids), _STORED_AT_ONCE):
        some = slice(start, start + _STORED_AT_ONCE)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE voting_rollentry e SET code_digest = given.digest, letters_id = %s "
                "FROM unnest(%s::bigint[], %s::text[]) AS given (id, digest) WHERE e.id = given.id",
                [letters, list(ids[some]), [codes.digest(_purpose(poll), code) for code in made[some]]],
            )
