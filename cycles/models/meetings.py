"""Meetings (« rendez-vous »): where people come, who registered, what was said."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact, User
from bp_platform.documents.models import StoredFile
from cycles.models.bodies import Body, Member
from cycles.models.editions import Cycle
from cycles.models.places import Area

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class MeetingKind(models.TextChoices):
    WORKSHOP = "workshop", _("atelier")
    PUBLIC_MEETING = "public_meeting", _("réunion publique")
    BODY_SESSION = "body_session", _("séance d’une instance")
    FORUM = "forum", _("forum")
    FESTIVAL = "festival", _("fête")
    INAUGURATION = "inauguration", _("inauguration")
    OFFICE_HOURS = "office_hours", _("permanence")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    ANNOUNCED = "announced", _("annoncé")
    CANCELLED = "cancelled", _("annulé")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def public(self) -> Self:
        """What anybody may read: announced or cancelled, of an edition that anybody may see."""
        return self.filter(
            state__in=[MeetingState.ANNOUNCED, MeetingState.CANCELLED],
            cycle__state__in=["public", "closed"],
            cycle__is_hidden=False,
        )

    def to_come(self, at: datetime) -> Self:
        return self.filter(ends_at__gt=at)

    def past(self, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)


class Meeting(models.Model):
    """A dated meeting. Before or after is read from the clock; `sequence` counts what was changed once announced."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="meetings")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=16, choices=MeetingKind, default=MeetingKind.WORKSHOP)
    title = models.CharField(_("titre"), max_length=120)
    slug = models.SlugField(_("adresse"), max_length=80)
    state = models.CharField(_("état"), max_length=10, choices=MeetingState, default=MeetingState.DRAFT)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    place = models.CharField(_("lieu"), max_length=120)
    postal_address = models.CharField(_("adresse"), max_length=200, blank=True)
    text = models.TextField(_("ce qu’on y fera"), max_length=2000, blank=True)
    agenda = models.TextField(_("ordre du jour"), max_length=3000, blank=True)
    is_step_free = models.BooleanField(_("accessible en fauteuil"), default=False)
    has_hearing_loop = models.BooleanField(_("boucle magnétique"), default=False)
    has_sign_language = models.BooleanField(_("interprète en langue des signes"), default=False)
    has_childcare = models.BooleanField(_("garde d’enfants"), default=False)
    languages = models.CharField(_("langues parlées"), max_length=120, blank=True)
    access = models.CharField(_("venir"), max_length=300, blank=True)
    takes_registrations = models.BooleanField(_("sur inscription"), default=False)
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    seats_per_person = models.PositiveSmallIntegerField(_("places par inscription"), default=4)
    registrations_until = models.DateTimeField(_("inscriptions jusqu’au"), null=True, blank=True)
    cancel_reason = models.CharField(_("pourquoi il est annulé"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(editable=False)
    convened_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    if TYPE_CHECKING:
        registrations: RelatedManager[Registration]
        attendances: RelatedManager[Attendance]
        photos: RelatedManager[MeetingPhoto]
        minutes: Minutes

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "slug"], name="meeting_slug_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("La fin du rendez-vous doit suivre son début."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="body_session") | Q(body__isnull=False),
                name="meeting_session_names_its_body",
                violation_error_message=_("Une séance nomme l’instance qui se réunit."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancel_reason="") | (~Q(state="cancelled") & Q(cancel_reason="")),
                name="meeting_cancelled_says_why",
                violation_error_message=_("Dites en une phrase pourquoi le rendez-vous est annulé."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1),
                name="meeting_has_places",
                violation_error_message=_("Un rendez-vous sur inscription compte au moins une place."),
            ),
            models.CheckConstraint(condition=Q(seats_per_person__gte=1), name="meeting_gives_a_seat_per_person"),
            models.CheckConstraint(
                condition=Q(registrations_until=None) | Q(registrations_until__lte=F("ends_at")),
                name="meeting_registrations_end_before_it",
                violation_error_message=_("Les inscriptions se ferment au plus tard à la fin du rendez-vous."),
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "id"], name="meeting_agenda")]

    def __str__(self) -> str:
        return self.title

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED


class RegistrationState(models.TextChoices):
    CONFIRMED = "confirmed", _("inscrite")
    WAITING = "waiting", _("en liste d’attente")
    CANCELLED = "cancelled", _("annulée")


class Registration(models.Model):
    """Seats held, or waited for. What people need is for the organiser alone, and erased after the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="registrations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="registrations")
    seats = models.PositiveSmallIntegerField(_("places"), default=1)
    state = models.CharField(_("état"), max_length=10, choices=RegistrationState)
    code_digest = models.CharField(max_length=64, unique=True)
    childcare = models.CharField(_("enfants à garder"), max_length=120, blank=True)
    language_need = models.CharField(_("interprète"), max_length=80, blank=True)
    access_need = models.CharField(_("ce qu’il faut prévoir"), max_length=200, blank=True)
    needs_erased_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField()
    moved_up_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    came = models.BooleanField(_("est venue"), null=True, blank=True)
    agrees_to_photos = models.BooleanField(_("accepte d’être sur les photos"), default=False)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="registration_holds_a_seat"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="registration_cancelled_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(needs_erased_at=None) | Q(childcare="", language_need="", access_need=""),
                name="registration_erased_needs_are_empty",
            ),
        ]
        indexes = [models.Index(fields=["meeting", "state", "registered_at", "id"], name="registration_order")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.contact_id}"

    @property
    def journal_chain(self) -> str:
        return self.meeting.journal_chain

    @property
    def needs(self) -> list[str]:
        return [need for need in (self.childcare, self.language_need, self.access_need) if need]


class Presence(models.TextChoices):
    PRESENT = "present", _("présent·e")
    EXCUSED = "excused", _("excusé·e")
    ABSENT = "absent", _("absent·e")


class Attendance(models.Model):
    """Whether a member came to a session of their body, as the signed sheet says."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField(_("présence"), max_length=8, choices=Presence)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once_per_member")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("à relire")
    APPROVED = "approved", _("approuvé")
    PUBLISHED = "published", _("publié")


class Minutes(models.Model):
    """What was said (« compte rendu »): written, approved, then published. People are named by their role."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    text = models.TextField(_("compte rendu"), max_length=20000)
    state = models.CharField(_("état"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(_("approuvé par"), max_length=120, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", approved_at=None, approved_by="")
                | (~Q(state="draft") & Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="minutes_approved_iff_signed",
                violation_error_message=_("Dites qui approuve le compte rendu, par exemple « le comité de suivi »."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
                name="minutes_published_iff_dated",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_say_something"),
        ]

    def __str__(self) -> str:
        return f"compte rendu {self.meeting_id}"

    @property
    def journal_chain(self) -> str:
        return self.meeting.journal_chain


class MeetingPhoto(models.Model):
    """A picture of the meeting. Nobody is shown without their recorded consent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("légende"), max_length=200, blank=True)
    consent = models.CharField(_("accord des personnes"), max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(consent=""),
                name="meeting_photo_has_consent",
                violation_error_message=_(
                    "Dites comment les personnes visibles ont donné leur accord, ou que personne ne se reconnaît."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.file_id}"
