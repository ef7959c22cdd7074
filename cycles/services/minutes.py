"""What stays of a meeting: its minutes, its pictures."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, Refused, demand, no
from bp_platform.documents import publication, uploads
from cycles import flow, policies
from cycles.models import Meeting, MeetingPhoto, Minutes, MinutesState
from cycles.services.editions import touch
from cycles.services.meetings import lock


def write_minutes(meeting: Meeting, *, by: Actor, at: datetime, words: str) -> Minutes:
    """Write, or write again while nobody has approved."""
    with journal.transaction_with_journal():
        locked = lock(meeting)
        role = demand(policies.can_write_minutes(by, locked, at)).role
        minutes = Minutes.objects.filter(meeting=locked).first() or Minutes(meeting=locked)
        if minutes.state != MinutesState.DRAFT:
            raise Refused(no(_("Ce compte rendu est approuvé : reprenez-le avant de le changer.")))
        minutes.text, minutes.written_at = words.strip(), at
        minutes.full_clean()
        minutes.save()
        journal.record(
            journal.Line(locked.journal_chain, at, by, "write_minutes", minutes, to_state=minutes.state, role=role)
        )
    return minutes


def approve_minutes(minutes: Minutes, *, by: Actor, at: datetime, approved_by: str) -> Minutes:
    """`approved_by` says who: « le comité de suivi, séance du 12 mars »."""
    with flow.APPROVE_MINUTES.take(minutes, by=by, at=at) as locked:
        locked.approved_by, locked.approved_at = text.tidy(approved_by), at
    return locked


def reopen_minutes(minutes: Minutes, *, by: Actor, at: datetime) -> Minutes:
    """Take approved minutes back to correct them, before they are published."""
    with flow.REOPEN_MINUTES.take(minutes, by=by, at=at) as locked:
        locked.approved_by, locked.approved_at = "", None
    return locked


def publish_minutes(minutes: Minutes, *, by: Actor, at: datetime) -> Minutes:
    """Show them on the meeting's page. Nobody is named in them who did not agree to be."""
    with flow.PUBLISH_MINUTES.take(minutes, by=by, at=at) as locked:
        demand(names_nobody_unwilling(locked))
        locked.published_at = at
        touch(locked.meeting.cycle)
    return locked


def names_nobody_unwilling(minutes: Minutes) -> Decision:
    """Minutes say a role where a person did not agree to be named."""
    meeting = minutes.meeting
    known = {row.contact.name for row in meeting.registrations.select_related("contact").order_by("pk")}
    willing: set[str] = set()
    if meeting.body is not None:
        for member in meeting.body.members.select_related("contact").order_by("pk"):
            (willing if member.shows_name else known).add(member.contact.name)
    said = text.plain(minutes.text)
    named = sorted(name for name in known - willing if " " in name.strip() and text.plain(name.strip()) in said)
    if not named:
        return Decision(True)
    return no(
        _(
            "Le compte rendu nomme %(names)s sans accord pour être cité en public : "
            "écrivez plutôt un rôle, par exemple « une habitante »."
        )
        % {"names": text.enumerate_fr(named)}
    )


def add_photo(
    meeting: Meeting, upload: UploadedFile[bytes], *, by: User, at: datetime, alt_text: str, caption: str, consent: str
) -> MeetingPhoto:
    """A picture for everybody, with how the people in it agreed."""
    role = demand(policies.can_take_photos(by, meeting, at)).role
    with journal.transaction_with_journal():
        locked = lock(meeting)
        photo = MeetingPhoto(meeting=locked, caption=text.tidy(caption), consent=text.tidy(consent), added_at=at)
        if not photo.consent:
            raise ValidationError({"consent": _("dites comment les personnes visibles ont donné leur accord.")})
        photo.full_clean(exclude=["file"])
        stored = uploads.keep_upload(upload, by=by, at=at, alt_text=text.tidy(alt_text), pictures_only=True)
        photo.file = publication.publish(stored, at=at)
        photo.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "add_photo", photo, role=role))
        touch(locked.cycle)
    return photo


def remove_photo(photo: MeetingPhoto, *, by: Actor, at: datetime, reason: str) -> None:
    """Somebody takes their consent back: the picture leaves the page and its address is closed."""
    role = demand(policies.can_host(by, at)).role
    with journal.transaction_with_journal():
        meeting = lock(photo.meeting)
        journal.record(journal.Line(meeting.journal_chain, at, by, "remove_photo", photo, role=role, reason=reason))
        stored = photo.file
        photo.delete()
        publication.withdraw(stored)
        touch(meeting.cycle)
