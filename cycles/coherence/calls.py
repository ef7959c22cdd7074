"""The call: who may answer it, and who builds what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cycles import calls
from cycles.coherence.base import Edition, Finding


def check(edition: Edition) -> Iterator[Finding]:
    """A call for projects, for interest or for solutions is answered by who will build or run what it asks for."""
    if edition.call_kind not in calls.ANSWERED_BY_GROUPS:
        return
    if not calls.GROUPS & set(edition.rules.proposers.kinds):
        sentence = _("L’appel s’adresse à des groupes (%(call)s), mais l’article 2 n’en laisse répondre aucun.")
        yield Finding("call_without_groups", "error", sentence % {"call": edition.call_kind.upper()}, "proposer")
    if edition.call_kind == "aap" and edition.rules.delivery.carried_by == "services":
        sentence = _("Qui répond à un appel à projets réalise lui-même, mais l’article 8 confie tout aux services.")
        yield Finding("call_built_by_services", "warning", sentence, "suites")
