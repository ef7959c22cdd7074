"""The journal, and the heartbeat of the clock: the only rows of the ground floor."""

from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """One act. No foreign key, no name, no free text: it survives erasure. Append-only by trigger."""

    chain = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=30, blank=True)
    act = models.CharField(max_length=50)
    subject = models.CharField(max_length=100, db_index=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    reason_hash = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="journal_one_line_per_position"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="journal_positions_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.position} {self.act} {self.subject}"


class JournalReason(models.Model):
    """The free text of an act, kept aside so that it can be erased: the line holds only its salted hash."""

    chain = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="journal_one_reason_per_line")]

    def __str__(self) -> str:
        return f"{self.chain}/{self.position}"


class Heartbeat(models.Model):
    """When the clock (beat) last ticked; read by `/sante/`."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class RateCount(models.Model):
    """How often something was tried in a window of time, by a keyed hash of what is protected (core.limits)."""

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_count_one_per_window")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
