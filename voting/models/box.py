"""The box and what comes out of it. No foreign key from a ballot to a person, no time, no serial (PROTOCOL §6.3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from voting.models.poll import Poll
from voting.models.roll import MarkChannel


class SealedBallot(models.Model):
    """A ballot nobody can read yet. No person, no serial, no time. The web role inserts it and never reads the seal."""

    ref = models.BinaryField(primary_key=True)
    # Triggers keep this key: a foreign key would make the rewriting at closing lock every other poll of the box.
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    scope = models.CharField(max_length=40)
    seal = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["poll", "scope"], name="sealed_ballot_box")]

    def __str__(self) -> str:
        return bytes(self.ref).hex()


class Ballot(models.Model):
    """An opened ballot: written once, sorted by content. An unreadable or invalid one is null, with its reason."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=MarkChannel)
    content = models.TextField(blank=True)
    null_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["poll", "scope"], name="ballot_urn")]

    def __str__(self) -> str:
        return f"bulletin {self.pk}"


class PollResult(models.Model):
    """The result of the count with its whole trace: canonical JSON and its digest. Append-only."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="result")
    content = models.BinaryField()
    digest = models.CharField(_("empreinte"), max_length=64)

    def __str__(self) -> str:
        return self.digest


class OfficialRecord(models.Model):
    """The official record (« procès-verbal ») as data: canonical JSON and its digest, printed and signed by hand."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="record")
    content = models.BinaryField()
    digest = models.CharField(_("empreinte"), max_length=64)

    def __str__(self) -> str:
        return self.digest


class NightlyStatement(models.Model):
    """What one night publishes while a vote is open: the references added since the last one, and the turnout.

    `added`: the new references, sorted, 32 bytes each; empty when too few are new. `total` and `refs_digest` are of
    the whole sorted list so far. Append-only: each list contains the one before."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="statements")
    day = models.DateField(_("jour"))
    added = models.BinaryField(blank=True)
    total = models.PositiveIntegerField()
    refs_digest = models.CharField(max_length=64)
    turnout = models.JSONField(_("participation"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "day"], name="statement_once_a_night"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.day}"


class PublishedBundle(models.Model):
    """Everything needed to count again, in one archive, as published at the proclamation. Append-only."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="bundle")
    content = models.BinaryField()
    digest = models.CharField(_("empreinte"), max_length=64)

    def __str__(self) -> str:
        return self.digest
