"""How seats are filled: applications, and draws by lot that anybody can do again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact, User
from cycles.models.bodies import Body, College, Member
from cycles.models.places import Area


class AgeBand(models.TextChoices):
    UNDER_16 = "0-15", _("moins de 16 ans")
    YOUNG = "16-25", _("16 à 25 ans")
    ADULT = "26-45", _("26 à 45 ans")
    MATURE = "46-65", _("46 à 65 ans")
    SENIOR = "66+", _("66 ans et plus")


class Gender(models.TextChoices):
    WOMAN = "F", _("une femme")
    MAN = "H", _("un homme")
    OTHER = "A", _("autrement")


class ApplicationState(models.TextChoices):
    RECEIVED = "received", _("reçue")
    CHOSEN = "chosen", _("retenue")
    RESERVE = "reserve", _("suppléante")
    NOT_CHOSEN = "not_chosen", _("non retenue")
    REFUSED = "refused", _("siège refusé")
    WITHDRAWN = "withdrawn", _("retirée")


class ApplicationChannel(models.TextChoices):
    ONLINE = "online", _("en ligne")
    PAPER = "paper", _("sur papier")
    PHONE = "phone", _("par téléphone")


class Application(models.Model):
    """Somebody who asks to sit. What they freely said of themselves serves the quotas, then is erased."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="applications")
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="applications")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="applications")
    channel = models.CharField(_("candidature"), max_length=8, choices=ApplicationChannel)
    motivation = models.TextField(_("ce qui vous y amène"), max_length=1000, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    age_band = models.CharField(_("âge"), max_length=6, choices=AgeBand, blank=True)
    gender = models.CharField(_("genre"), max_length=1, choices=Gender, blank=True)
    shows_name = models.BooleanField(_("nom publié si la personne siège"), default=False)
    state = models.CharField(_("état"), max_length=10, choices=ApplicationState, default=ApplicationState.RECEIVED)
    code_digest = models.CharField(max_length=64, unique=True)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="application")
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", decided_at=None) | (~Q(state="received") & Q(decided_at__isnull=False)),
                name="application_decided_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(motivation="", age_band="", gender="", area=None),
                name="application_forgotten_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["body", "state"], name="application_list")]

    def __str__(self) -> str:
        return f"candidature {self.pk}"

    @property
    def journal_chain(self) -> str:
        return self.body.journal_chain


class Draw(models.Model):
    """A draw by lot. The list and the public value to come are published first; a trigger keeps them as announced."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="draws")
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="draws")
    slug = models.SlugField(max_length=20)
    seats = models.PositiveSmallIntegerField(_("sièges à pourvoir"))
    quotas = models.JSONField(default=list)  # [{"criterion", "value", "label", "least"}]
    listing = models.JSONField(default=list)  # [{"rank", "gender"…}]: ranks, and what the quotas read
    list_digest = models.CharField(_("empreinte de la liste"), max_length=64)
    source = models.CharField(_("nombre public à venir"), max_length=300)
    value_due_at = models.DateTimeField(_("connu le"))
    announced_at = models.DateTimeField()
    value = models.CharField(_("nombre tiré"), max_length=200, blank=True)
    seed = models.CharField(_("graine"), max_length=64, blank=True)
    result = models.JSONField(default=dict)  # {"seated": [ranks], "substitutes": [ranks]}, in the order of the lots
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "slug"], name="draw_slug_once_per_body"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, value="", seed="") | Q(drawn_at__isnull=False) & ~Q(value="") & ~Q(seed=""),
                name="draw_done_iff_seeded",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class LotOutcome(models.TextChoices):
    LISTED = "listed", _("sur la liste")
    SEATED = "seated", _("tirée au sort")
    SUBSTITUTE = "substitute", _("suppléante")
    ACCEPTED = "accepted", _("a accepté")
    REFUSED = "refused", _("a refusé")


class DrawEntry(models.Model):
    """A rank of the published list and whose it is; what came of it stays, replacements included."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="entries")
    rank = models.PositiveIntegerField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="draw_entries")
    outcome = models.CharField(max_length=10, choices=LotOutcome, default=LotOutcome.LISTED)
    order = models.PositiveIntegerField(null=True, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "rank"], name="draw_entry_rank_once"),
            models.UniqueConstraint(fields=["draw", "application"], name="draw_entry_application_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.rank}"
