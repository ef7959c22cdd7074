"""`manage.py open_poll EDITION`: open the box of a vote on this server, with the shares of its key (PROTOCOL §6.2.3).

Run it as `bp_opener` (its address in DATABASE_URL), at a terminal, the holders present: nothing is given as an argument
and nothing is kept. The child process that opens has no access to the database, and its memory is not dumped."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused, demand, no
from cycles.models import Cycle
from voting import flow, policies, selectors, services
from voting.models import Poll
from voting.offline import bureau

CHILD = Path(bureau.__file__)
BY = importing("open_poll")


class Command(BaseCommand):
    help = "Ouvre sur ce serveur l’urne d’un vote clos, avec les parts de sa clé tapées par leurs détenteurs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", metavar="ÉDITION", help="l’adresse de l’édition, par exemple 2026")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        bureau.harden()
        try:
            poll = poll_of(options["cycle"])
            contents = self._open(poll)
            opened = services.open_with_contents(poll, by=BY, at=timezone.now(), contents=contents, on_server=True)
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal
        say_opened(self, opened)

    def _open(self, poll: Poll) -> bytes:
        """Everything that may refuse comes before the first share is asked."""
        demand(flow.OPEN.may(BY, poll, timezone.now()))
        keys = selectors.sealed_of(poll).keys
        if keys is None:
            raise Refused(no(_("La clé de ce vote n’a pas été coupée en parts : ouvrez-le depuis sa page.")))
        if poll.opened_at is not None:
            raise Refused(no(_("L’urne de ce vote est déjà ouverte.")))
        box = services.exported_box(poll)
        self.stdout.write(_("Ouverture sur le serveur : le secret repose aussi sur l’administrateur."))
        try:
            bureau.read_export(box)
            shares = bureau.typed_shares(keys.shares, keys.threshold)
        except bureau.Fault as fault:
            raise CommandError(str(fault)) from fault
        except KeyboardInterrupt as interruption:
            raise CommandError(_("Interrompu : rien n’est ouvert.")) from interruption
        return opened_by_a_child(shares, box)


def opened_by_a_child(shares: list[bytes], box: bytes) -> bytes:
    """The contents, from a process that has our shares and the box, no environment and no database."""
    first = json.dumps([share.hex() for share in shares]).encode()
    done = subprocess.run(
        [sys.executable, "-I", str(CHILD), "--enfant"],
        input=first + b"\n" + box,
        capture_output=True,
        cwd="/",
        env={"LANG": "C.UTF-8"},
    )
    if done.returncode == 0:
        return done.stdout
    if done.returncode == 2:
        raise CommandError(done.stderr.decode(errors="replace"))
    raise CommandError(_("L’ouverture s’est interrompue : rien n’est écrit. Relancez la commande."))


def poll_of(slug: str) -> Poll:
    """The vote of an edition, by its address."""
    cycle = Cycle.objects.filter(slug=slug).first()
    poll = policies.poll_of(cycle) if cycle else None
    if poll is None:
        raise CommandError(_("L’édition « %(slug)s » n’a pas de vote scellé : vérifiez son adresse.") % {"slug": slug})
    return poll


def say_opened(command: BaseCommand, poll: Poll) -> None:
    """What the bureau notes."""
    opening = poll.opening or {}
    command.stdout.write(_("L’urne est ouverte : le vote peut être dépouillé depuis sa page."))
    command.stdout.write(_("Empreinte des contenus : %(digest)s") % {"digest": opening["contents"]})
    for scope, reason, ref in opening["nulls"]:
        facts = {"scope": scope, "reason": reason, "ref": ref or "–"}
        command.stdout.write(_("Nul (%(scope)s, %(reason)s) : %(ref)s") % facts)
