"""The acts of the preselection: voices typed from counts, list, decision, reopening (règlement, art. 14)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.models import Cycle
from cycles.rules import Preselection as PreselectionRules
from instruction import flow, notifications, policies, selectors
from instruction.models import Preselection, PreselectionLine, PreselectionReopening
from instruction.services import shortlists
from proposals import services as proposal_services
from proposals.models import Proposal, Stage


@dataclass(frozen=True, slots=True)
class Typed:
    """A number as somebody typed it, and as it stood when they read the page (None: nothing yet)."""

    seen: int | None
    value: int | None


@contextmanager
def hold_preselection(cycle: Cycle) -> Iterator[None]:
    """A transaction in which the preselection of an edition neither gets decided nor reopened by somebody else."""
    with journal.transaction_with_journal():
        list(Preselection.objects.select_for_update(of=("self",)).filter(cycle=cycle))
        yield


def save_voices(
    cycle: Cycle, *, by: Actor, at: datetime, voices: Mapping[int, Typed], people: Typed | None = None
) -> Preselection:
    """Voices counted at the forum or received, by idea (its row), and how many people came; all saved, or none.

    What somebody else has changed since the page was read is never overwritten: both numbers are said. Nobody gives
    an idea two voices, nor more voices in all than the règlement gives.
    """
    with _opened(cycle, by=by, at=at) as preselection:
        role = demand(policies.can_count(by, cycle, at)).role
        lines = {line.proposal_id: line for line in selectors.lines_of(preselection)}
        _refuse_overtaken(preselection, lines, voices, people)
        changed = []
        for key, typed in voices.items():
            if key in lines and lines[key].voices != typed.value and typed.value != typed.seen:
                lines[key].voices = typed.value
                changed.append(lines[key])
        is_new_count = people is not None and people.value not in (people.seen, preselection.people)
        if is_new_count and people is not None:
            preselection.people = people.value
        rules = cycle_selectors.rules_of(cycle).preselection
        _check_voices(rules, preselection, lines.values())
        if not changed and not is_new_count:
            return preselection
        PreselectionLine.objects.bulk_update(changed, ["voices"])
        preselection.revision += 1
        preselection.voices_revision = preselection.revision
        preselection.full_clean()
        preselection.save()
        journal.record(
            journal.Line(cycle.journal_chain, at, by, "count_preselection", preselection, rule="art. 14", role=role)
        )
    return preselection


@contextmanager
def _opened(cycle: Cycle, *, by: Actor, at: datetime) -> Iterator[Preselection]:
    """The preselection, made with the first act, held for this one; with a line for each candidate."""
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        demand(policies.can_preselect(by, locked, at))
        cycle_services.freeze_sections(locked, at=at)
        before = selectors.precedes_study(locked)
        is_binding = not cycle_selectors.rules_of(locked).preselection.is_opinion_only
        given = {"opened_at": at, "is_binding": is_binding, "precedes_study": before}
        Preselection.objects.get_or_create(cycle=locked, defaults=given)
        preselection = Preselection.objects.select_for_update(of=("self",)).select_related("cycle").get(cycle=locked)
        preselection.is_binding, preselection.precedes_study = is_binding, before
        new = selectors.candidates_of(locked, before_study=before).filter(preselection_line=None)
        PreselectionLine.objects.bulk_create(PreselectionLine(preselection=preselection, proposal=idea) for idea in new)
        yield preselection


def _refuse_overtaken(
    preselection: Preselection,
    lines: Mapping[int, PreselectionLine],
    voices: Mapping[int, Typed],
    people: Typed | None,
) -> None:
    """Numbers that somebody else changed meanwhile, to another value: each is said beside one's own."""
    faults = {
        f"voices-{key}": _overtaken(lines[key].voices, typed)
        for key, typed in voices.items()
        if key in lines and _is_overtaken(lines[key].voices, typed)
    }
    if people is not None and _is_overtaken(preselection.people, people):
        faults["people"] = _overtaken(preselection.people, people)
    if faults:
        raise ValidationError(faults)


def _is_overtaken(held: int | None, typed: Typed) -> bool:
    return typed.value != typed.seen and held not in (typed.seen, typed.value)


def _overtaken(held: int | None, typed: Typed) -> str:
    said = _(
        "quelqu’un vient d’enregistrer « %(held)s », vous avez écrit « %(typed)s » : laissez le bon nombre, puis "
        "enregistrez de nouveau."
    )
    return said % {name: _("rien") if n is None else n for name, n in (("held", held), ("typed", typed.value))}


def _check_voices(rules: PreselectionRules, preselection: Preselection, lines: Collection[PreselectionLine]) -> None:
    """Voices against people: one at most by person and idea, `choices` at most by person."""
    counted = [line for line in lines if line.voices is not None]
    people, total = preselection.people, sum(line.voices or 0 for line in counted)
    if people is None:
        if rules.mode == "forum" and counted:
            raise ValidationError({"people": _("écrivez combien de personnes étaient présentes au forum.")})
        return
    if not rules.choices:
        return
    words = {"people": people, "each": rules.choices, "total": total, "most": people * rules.choices}
    faults = {
        f"voices-{line.proposal_id}": _(
            "%(voices)d voix pour %(people)d personnes, qui n’en donnent qu’une à une idée : recomptez, ou corrigez le "
            "nombre de personnes."
        )
        % (words | {"voices": line.voices})
        for line in counted
        if (line.voices or 0) > people
    }
    if faults:
        raise ValidationError(faults)
    if total > people * rules.choices:
        said = _(
            "%(total)d voix en tout, et %(people)d personnes de %(each)d voix chacune en donnent %(most)d au plus "
            "(article 14) : recomptez, ou corrigez le nombre de personnes."
        )
        raise ValidationError(said % words)


def save_list(
    cycle: Cycle,
    *,
    by: Actor,
    at: datetime,
    kept: Collection[int],
    shown: Collection[int] | None = None,
    reasons: Mapping[int, str] | None = None,
    common_reason: str = "",
    words: str = "",
    revision: int,
) -> Preselection:
    """The list of ideas kept, by their rows, with a public reason wherever it is not what the voices say.

    `common_reason` stands wherever a reason is due and none is written. Of the page that was read: `shown`, its ideas
    (None: all), and `revision`.
    """
    with _opened(cycle, by=by, at=at) as preselection:
        role = demand(policies.can_list(by, cycle, at)).role
        if preselection.revision != revision:
            raise ValidationError(
                _(
                    "Quelqu’un a enregistré des voix ou une liste depuis que vous lisez cette page : vérifiez les "
                    "vôtres ci-dessous, puis enregistrez de nouveau."
                )
            )
        made = shortlists.Draft(preselection, set(kept), reasons or {}, common_reason.strip())
        made.check(shown)
        PreselectionLine.objects.bulk_update(made.written(), ["outcome", "reason"])
        preselection.words = words.strip()
        preselection.revision += 1
        preselection.list_revision = preselection.revision
        preselection.full_clean()
        preselection.save()
        journal.record(
            journal.Line(cycle.journal_chain, at, by, "list_preselection", preselection, rule="art. 14", role=role)
        )
    return preselection


def decide_preselection(cycle: Cycle, *, by: Actor, at: datetime, revision: int) -> Preselection:
    """Decide the list that was read, publish it, and tell the owners. The same decision posted twice is one.

    A binding one moves what it did not keep to « Non présélectionnée ».
    """
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = selectors.preselection_of(cycle)
        if known is not None and known.is_decided and known.revision == revision:
            return known
        with _opened(cycle, by=by, at=at) as opened:
            opened.save()
        if opened.revision != revision:
            raise ValidationError(
                _("Quelqu’un a enregistré des voix ou une liste depuis que vous lisez cette page : relisez-la.")
            )
        with flow.DECIDE_PRESELECTION.take(opened, by=by, at=at) as locked:
            _sign(locked, by=by, at=at)
            lines = _settled_lines(locked)
        if locked.is_binding:
            for line in lines:
                if not line.is_kept:
                    proposal_services.project(line.proposal, stage=Stage.NOT_KEPT)
        notifications.preselected(locked, lines, at=at)
        cycle_services.touch(cycle)
    return locked


def _sign(preselection: Preselection, *, by: Actor, at: datetime) -> None:
    """Who decided: the body that the règlement names, by its recorded decision, else the team."""
    holders = selectors.holders_in(cycle_selectors.rules_of(preselection.cycle))
    preselection.decided_at = at
    preselection.decided_by = by if isinstance(by, User) else None
    preselection.decided_by_label = holders[0].name if holders else _("l’équipe participation")
    preselection.decision = selectors.body_decision_of(preselection, holders) if holders else None


def _settled_lines(preselection: Preselection) -> list[PreselectionLine]:
    """The lines of the candidates; those of ideas that left since keep their voices and no result."""
    candidates = selectors.candidates_of(preselection.cycle, before_study=preselection.precedes_study)
    list(
        Proposal.objects.select_for_update(of=("self",))
        .filter(pk__in=candidates.order_by().values("pk"))
        .order_by("pk")
    )
    still = set(candidates.values_list("pk", flat=True))
    lines = selectors.lines_of(preselection)
    gone = [line.pk for line in lines if line.proposal_id not in still]
    preselection.lines.filter(pk__in=gone).update(outcome="", reason="")
    found = [line for line in lines if line.proposal_id in still]
    for line in found:
        line.proposal.cycle = preselection.cycle
    return found


def reopen_preselection(cycle: Cycle, *, by: Actor, at: datetime, reason: str, key: UUID) -> Preselection:
    """Open a decided preselection again, with a public reason, while nothing rests on it. Same `key`, one reopening."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        preselection = Preselection.objects.select_related("cycle").filter(cycle=cycle).first()
        if preselection is None:
            raise Refused(no(_("La présélection n’est pas décidée : il n’y a rien à rouvrir.")))
        if PreselectionReopening.objects.filter(key=key, preselection=preselection).exists():
            return preselection
        if not reason.strip():
            raise ValidationError({"reason": _("dites en une phrase pourquoi elle est rouverte.")})
        dropped = PreselectionLine.objects.dropped().filter(preselection=preselection)
        back = [line.proposal for line in dropped.select_related("proposal__cycle").order_by("pk")]
        with flow.REOPEN_PRESELECTION.take(preselection, by=by, at=at, reason=reason.strip()) as locked:
            row = PreselectionReopening(preselection=locked, key=key, reason=reason.strip(), reopened_at=at)
            row.decided_at = locked.decided_at or at
            row.full_clean()
            row.save()
            locked.decided_at, locked.decided_by, locked.decided_by_label, locked.decision = None, None, "", None
            locked.revision += 1
        for proposal in back:
            if proposal.stage == Stage.NOT_KEPT:
                before = Stage.IDEA if locked.precedes_study else Stage.FEASIBLE
                proposal_services.project(proposal, stage=before)
        cycle_services.touch(cycle)
    return locked
