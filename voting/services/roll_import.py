"""A roll imported from a town's file: read once to be shown, read again to be entered; all of it or nothing.

Between the two the file waits in private storage, encrypted with a key that only the page of the preview holds: one
who leaves that page leaves nothing that can be read, and the bytes are deleted after use or with the next file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.documents import aside, spreadsheets
from bp_platform.documents.aside import Waiting
from cycles import selectors as cycle_selectors
from voting import policies, roll_reading
from voting.models import Poll, Proof, RollEntry
from voting.roll_reading import Known, Reading, Tally
from voting.services.roll import Person, enter_all
from voting.services.roll_changes import holding

_BATCH = 5_000
_KEPT = "liste-a-importer-"


def preview_roll(poll: Poll, file: BinaryIO, *, by: Actor, at: datetime) -> Tally:
    """What importing this file would do, and each of its faults. Nothing is written."""
    demand(policies.can_import_roll(by, poll, at))
    reading = _reading(poll, file)
    for _read in reading:
        pass
    return reading.tally


def import_roll(poll: Poll, file: BinaryIO, *, by: Actor, at: datetime) -> Tally:
    """Enter on the roll the people of a file who are not there, admitted. One fault, and nobody is entered.

    Somebody is there already by their number; without number, by their name, birth year and address."""
    digest = sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        digest.update(piece)
    with holding(poll) as held:
        role = demand(policies.can_import_roll(by, held, at)).role
        reading = _reading(held, file)
        enter_all(held, _people(held, reading))
        tally = reading.tally
        if tally.fault_count:
            raise Refused(no(roll_reading.refusal(tally)))
        if not tally.new:
            raise Refused(
                no(_("Toutes les personnes de ce fichier sont déjà sur la liste : il n’y a rien à importer."))
            )
        words = ngettext("%(number)d personne", "%(number)d personnes", tally.new) % {"number": tally.new}
        journal.record(
            journal.Line(
                held.journal_chain,
                at,
                by,
                "import_roll",
                held,
                rule="6",
                role=role,
                reason=f"{words}, SHA-256 {digest.hexdigest()}",
            )
        )
    return tally


def keep_for_import(poll: Poll, content: bytes, *, by: User, at: datetime) -> Waiting:
    """Put a previewed file aside, encrypted; forget those that were left for a day, and this person's own."""
    return aside.keep(_KEPT, str(poll.pk), content, by=by, at=at)


def take_for_import(poll: Poll, waiting: Waiting, *, by: User) -> BinaryIO:
    """The file put aside by this person for this vote, and for the last time: it is deleted."""
    return aside.take(_KEPT, str(poll.pk), waiting, by=by)


def _reading(poll: Poll, file: BinaryIO) -> Reading:
    electorate = cycle_selectors.rules_of(poll.cycle).electorate
    return Reading(
        spreadsheets.rows(file),
        scopes=[(scope["id"], scope["name"]) for scope in poll.plan["scopes"]],
        year=calendar.local_day(poll.closes_at).year,
        known=_known(poll),
        minimum_age=electorate.minimum_age,
        maximum_age=electorate.maximum_age,
        elected=policies.elected_names(poll),
    )


def _known(poll: Poll) -> Known:
    entries = RollEntry.objects.filter(poll=poll).order_by("pk")
    numbered = entries.exclude(number="").values_list("number", flat=True)
    unnumbered = entries.filter(number="").values_list("name", "birth_year", "postal_address")
    return Known(
        frozenset(numbered.iterator(chunk_size=_BATCH)),
        frozenset(roll_reading.key_of(*facts) for facts in unnumbered.iterator(chunk_size=_BATCH)),
    )


def _people(poll: Poll, reading: Reading) -> Iterator[Person]:
    proofs = poll.plan["proofs"]
    proof = Proof.ROLL if Proof.POSTAL_CODE not in proofs and Proof.ROLL in proofs else Proof.POSTAL_CODE
    for read in reading:
        if reading.tally.fault_count:  # what follows is read to be counted, and not entered
            continue
        yield Person(read.name, read.birth_year, read.scopes, proof, read.number, read.postal_address)
