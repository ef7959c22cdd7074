"""Who is told what about a proposal. Rows are written with the act; letters leave after commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bp_platform.accounts.models import Contact
from bp_platform.core import codes
from bp_platform.notifications import services as outbox
from proposals.models import Proposal


def sheet_url(proposal: Proposal) -> str:
    """The project's one address, absolute."""
    return settings.BASE_URL + reverse("pages:project", args=[proposal.cycle.slug, proposal.number])


def status_url(code: str) -> str:
    """The owner's status page, absolute; it holds the secret code."""
    return settings.BASE_URL + reverse("proposals:status", args=[code])


def owners_of(proposal: Proposal) -> list[Contact]:
    """The contacts of those who carry the proposal today."""
    return [o.contact for o in proposal.owners.filter(left_at=None).select_related("contact").order_by("pk")]


def followers_of(proposal: Proposal) -> Iterator[Contact]:
    """Owners and followers, each once; thousands of them are never in memory together."""
    owners = owners_of(proposal)
    known = {contact.pk for contact in owners}
    others = Contact.objects.filter(follows__proposal=proposal, erased_at=None).exclude(pk__in=known)
    yield from owners
    yield from others.order_by("pk").iterator(chunk_size=1000)


def find_status_url() -> str:
    """Where a code is typed, absolute: short enough to be copied from paper."""
    return settings.BASE_URL + reverse("proposals:find_status")


def _facts(proposal: Proposal) -> dict[str, str]:
    return {
        "number": proposal.number,
        "title": proposal.title,
        "cycle": proposal.cycle.title,
        "url": sheet_url(proposal),
    }


def received(proposal: Proposal, code: str, *, at: datetime) -> None:
    """The acknowledgement: the number, the secret code, and when an answer will come."""
    context = _facts(proposal) | {"code": codes.grouped(code), "status_url": status_url(code)}
    context["find_url"] = find_status_url()
    outbox.queue("proposal_received", owners_of(proposal), key=proposal.number, context=context, at=at)


def code_reissued(proposal: Proposal, code: str, *, at: datetime) -> None:
    """A new code replaces the lost one; whoever did not ask for it knows whom to warn."""
    context = _facts(proposal) | {"code": codes.grouped(code), "status_url": status_url(code)}
    context["find_url"] = find_status_url()
    key = f"{proposal.number}:{at.isoformat()}"
    outbox.queue("proposal_code", owners_of(proposal), key=key, context=context, at=at)


def published(proposal: Proposal, *, at: datetime) -> None:
    """The idea is on the site."""
    outbox.queue("proposal_published", owners_of(proposal), key=proposal.number, context=_facts(proposal), at=at)


def needs_info(proposal: Proposal, question: str, *, at: datetime) -> None:
    """Something is missing: what, in the moderator's words."""
    context = _facts(proposal) | {"question": question, "find_url": find_status_url()}
    key = f"{proposal.number}:{at.isoformat()}"
    outbox.queue("proposal_needs_info", owners_of(proposal), key=key, context=context, at=at)


def hidden(proposal: Proposal, reason: str, *, at: datetime) -> None:
    """The idea is not shown, and why; how to contest."""
    context = _facts(proposal) | {"reason": reason}
    outbox.queue("proposal_hidden", owners_of(proposal), key=proposal.number, context=context, at=at)
