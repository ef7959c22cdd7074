"""Sending what waits: in batches, by several workers at once, each mail at most once.

A batch is reserved by a lease; each mail is then marked `sending` in a transaction of its own just before it is
handed to the mail server. A worker killed between the two leaves at most one mail in doubt: nobody can know whether
the server took it, so a person decides (`desk.resend`, `desk.drop`). The rest of its batch leaves with the next one.
"""

from __future__ import annotations

import logging
import smtplib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bp_platform.accounts import selectors as people
from bp_platform.accounts.models import PublicBody
from bp_platform.core import clocks, wakeups
from bp_platform.notifications import mail
from bp_platform.notifications.models import Cadence, OutboxMessage, OutboxState
from bp_platform.notifications.services import bounces
from bp_platform.notifications.services.outbox import WAKE

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
OUTAGE = timedelta(minutes=1)
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
ATTEMPTS = 5
DIGEST_LOCK = "notifications.digests"

Parcel = list[OutboxMessage]
Clock = Callable[[], datetime]


class _ServerGone(Exception):  # noqa: N818 -- it reads as what happened
    """The mail server no longer answers: the batch stops here and the rest of it waits."""


def deliver_batch(*, at: datetime, limit: int = 200) -> int:
    """Send up to `limit` messages over one connection; returns how many were dealt with, 0 when nothing can leave.

    A mail refused for now is tried again after 1, 5, 30 minutes, 2 hours (five attempts in all), then fails with
    its reason. When the server itself does not answer, no attempt is counted: everything waits a minute.
    """
    clock = clocks.running_from(at)
    lease = at + LEASE
    parcels = _take(at, lease, limit)
    if not parcels:
        return 0
    server: BaseEmailBackend = get_connection()
    town = people.public_body()
    done = 0
    try:
        _open(server)
        for parcel in parcels:
            _deliver(parcel, town, server, lease, clock)
            done += len(parcel)
    except _ServerGone as trouble:
        logger.warning("The mail server does not answer: %s", trouble)
        _release(parcels, lease, clock() + OUTAGE)
    finally:
        server.close()
    return done


def sweep(at: datetime) -> int:
    """Show as doubtful what a dead worker was sending, and wake the worker if something waits. Returns the doubts."""
    doubts = OutboxMessage.objects.abandoned(at).update(
        state=OutboxState.UNCERTAIN,
        lease_until=None,
        error=_("L’envoi s’est interrompu : parti ou non, on ne sait pas."),
    )
    if OutboxMessage.objects.due(at).exists():
        wakeups.wake(WAKE)
    return doubts


def _take(at: datetime, lease: datetime, limit: int) -> list[Parcel]:
    """Reserve a batch; rows that another worker is taking are skipped."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(at).select_related("contact").order_by("next_try_at", "pk")
        rows = due.select_for_update(skip_locked=True, of=("self",))
        parcels = [[message] for message in rows.filter(cadence=Cadence.AT_ONCE)[:limit]]
        if len(parcels) < limit:
            parcels += _digests(at, limit - len(parcels))
        taken = [message.pk for parcel in parcels for message in parcel]
        OutboxMessage.objects.filter(pk__in=taken).update(lease_until=lease)
    return parcels


def _digests(at: datetime, limit: int) -> list[Parcel]:
    """Whole digests: all that waits for a person goes in one mail, so one worker at a time gathers them."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [DIGEST_LOCK])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        return []
    due = OutboxMessage.objects.due(at).exclude(cadence=Cadence.AT_ONCE)
    whose = due.order_by("contact_id").values_list("contact_id", flat=True).distinct()[:limit]
    rows = due.filter(contact__in=list(whose)).select_related("contact").order_by("created_at", "pk")
    gathered: dict[tuple[int, str], Parcel] = defaultdict(list)
    for message in rows.select_for_update(of=("self",)):
        gathered[message.contact_id, message.cadence].append(message)
    return list(gathered.values())


def _deliver(parcel: Parcel, town: PublicBody, server: BaseEmailBackend, lease: datetime, clock: Clock) -> None:
    contact = parcel[0].contact
    if not contact.is_reachable_by_email:  # the address was lost since the row was written
        bounces.redirect(contact, at=clock())
        return
    try:
        message = mail.compose(parcel, town)
    except Exception:  # a template that fails must not hold up the mails of others
        logger.exception("The mail %s could not be composed.", parcel[0].pk)
        _postpone(parcel, OutboxState.QUEUED, _("Le texte du courriel n’a pas pu être composé."), clock())
        return
    if not _mark_sending(parcel, lease, clock()):
        return
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        _refused(parcel, code, words, clock())
        _open(server, again=True)
    except smtplib.SMTPResponseException as refusal:
        _refused(parcel, 450, refusal.smtp_error, clock())
        _open(server, again=True)
    except (smtplib.SMTPServerDisconnected, OSError) as trouble:
        _doubt(parcel)
        raise _ServerGone(trouble) from trouble
    except Exception:  # an address that cannot be written in a header: nothing was sent
        logger.exception("The mail %s could not be handed over.", parcel[0].pk)
        _postpone(parcel, OutboxState.SENDING, _("L’adresse ou le texte ne peut pas partir tel quel."), clock())
    else:
        _mark_sent(parcel, clock())


def _open(server: BaseEmailBackend, *, again: bool = False) -> None:
    try:
        if again:  # after a refusal the server may have hung up (code 421): a fresh connection leaves no doubt
            server.close()
        server.open()
    except (OSError, smtplib.SMTPException) as trouble:
        raise _ServerGone(trouble) from trouble


def _mark_sending(parcel: Parcel, lease: datetime, now: datetime) -> bool:
    """False when the lease was lost to another worker: the mail is no longer ours."""
    with transaction.atomic():
        ours = _rows(parcel).filter(state=OutboxState.QUEUED, lease_until=lease)
        marked = ours.update(state=OutboxState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1)
        if marked != len(parcel):
            transaction.set_rollback(True)
            return False
    for message in parcel:
        message.attempts += 1
    return True


def _mark_sent(parcel: Parcel, now: datetime) -> None:
    under_way = _rows(parcel).filter(state__in=[OutboxState.SENDING, OutboxState.UNCERTAIN])
    under_way.update(state=OutboxState.SENT, sent_at=now, lease_until=None, error="", context={})


def _refused(parcel: Parcel, code: int, words: bytes | str, now: datetime) -> None:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    if code >= 500:
        sentence = _("Le serveur de courrier refuse cette adresse : %(words)s") % {"words": said}
        _fail(parcel, OutboxState.SENDING, sentence)
    else:
        sentence = _("Le serveur de courrier refuse pour le moment : %(words)s") % {"words": said}
        _postpone(parcel, OutboxState.SENDING, sentence, now)


def _postpone(parcel: Parcel, state: OutboxState, sentence: str, now: datetime) -> None:
    """Try again later, or fail after the last attempt. An attempt that stopped before `sending` counts too."""
    attempts = parcel[0].attempts + (state == OutboxState.QUEUED)
    if attempts >= ATTEMPTS:
        _fail(parcel, state, sentence)
        return
    _rows(parcel).filter(state=state).update(
        state=OutboxState.QUEUED,
        attempts=attempts,
        lease_until=None,
        next_try_at=now + BACK_OFF[attempts - 1],
        error=sentence[:300],
    )


def _fail(parcel: Parcel, state: OutboxState, sentence: str) -> None:
    _rows(parcel).filter(state=state).update(state=OutboxState.FAILED, lease_until=None, error=sentence[:300])


def _doubt(parcel: Parcel) -> None:
    _rows(parcel).filter(state=OutboxState.SENDING).update(
        state=OutboxState.UNCERTAIN,
        lease_until=None,
        error=_("La connexion s’est coupée pendant l’envoi : parti ou non, on ne sait pas."),
    )


def _release(parcels: Sequence[Parcel], lease: datetime, next_try: datetime) -> None:
    """Give back what the batch did not reach, without counting an attempt."""
    left = [message.pk for parcel in parcels for message in parcel]
    OutboxMessage.objects.filter(pk__in=left, state=OutboxState.QUEUED, lease_until=lease).update(
        lease_until=None, next_try_at=next_try, error=_("Le serveur de courrier ne répond pas.")
    )


def _rows(parcel: Parcel) -> models.QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk__in=[message.pk for message in parcel])
