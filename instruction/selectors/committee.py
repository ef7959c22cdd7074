"""What the follow-up committee says of a study, in words; and its members' desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import money
from bp_platform.core.components import Cell, Row, Tone
from instruction.models import Case, CommitteeOpinion, CommitteeStance
from instruction.selectors.desks import OUTCOME_TONES, VERDICT_TONES

STANCE_TONES: dict[str, Tone] = {
    CommitteeStance.AGREES: "success",
    CommitteeStance.RESERVED: "warning",
    CommitteeStance.DISAGREES: "error",
}

_SAID = CommitteeOpinion.objects.filter(case=OuterRef("case")).order_by("given_at", "pk")
SAID_OF_THE_CASE = ArraySubquery(_SAID.values(said=JSONObject(stance="stance", text="text", by="author_label")))
"""The committee's opinions beside a department's, in the query that reads it: no query more."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A committee member's opinion as it is read; `by` is their name for staff, « un membre du comité » in public."""

    stance: str
    label: str
    tone: Tone
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class CommitteeDesk:
    """What a member finds: the cases open to opinions, and how many still wait for theirs."""

    rows: tuple[Row, ...]
    to_give: int


def voices(said: Iterable[Mapping[str, str]], *, is_named: bool) -> tuple[Voice, ...]:
    """Opinions for reading, from rows of `SAID_OF_THE_CASE`."""
    return tuple(
        Voice(
            row["stance"],
            str(CommitteeStance(row["stance"]).label),
            STANCE_TONES[row["stance"]],
            row["text"],
            (row["by"] if is_named else "") or _("un membre du comité"),
        )
        for row in said
    )


def committee_of(case: Case, *, but: User | None = None) -> tuple[Voice, ...]:
    """The named opinions on a case, the oldest first, one member's own left out; no query when prefetched."""
    given = sorted(case.committee_opinions.all(), key=lambda o: (o.given_at, o.pk))
    return voices(
        (
            {"stance": o.stance, "text": o.text, "by": o.author_label}
            for o in given
            if but is None or o.author_id != but.pk
        ),
        is_named=True,
    )


def stances_words(given: Sequence[Voice]) -> str:
    """« 3 d’accord, 1 réservé »."""
    counted = {stance: sum(1 for voice in given if voice.stance == stance) for stance in CommitteeStance.values}
    agree, reserved, disagree = counted.values()
    said = {
        CommitteeStance.AGREES: ngettext("%(n)d d’accord", "%(n)d d’accord", agree),
        CommitteeStance.RESERVED: ngettext("%(n)d réservé", "%(n)d réservés", reserved),
        CommitteeStance.DISAGREES: ngettext("%(n)d pas d’accord", "%(n)d pas d’accord", disagree),
    }
    return ", ".join(words % {"n": counted[stance]} for stance, words in said.items() if counted[stance])


def opinions_to_give(user: User) -> int:
    """Cases open to the committee on which this member has said nothing yet."""
    return Case.objects.active().open_to_committee().of_others(user).without_opinion_of(user).count()


def opinions_words(count: int) -> str:
    """« 4 avis à donner »; « » without any."""
    return ngettext("%(n)d avis à donner", "%(n)d avis à donner", count) % {"n": count} if count else ""


def committee_desk(user: User) -> CommitteeDesk:
    """The cases open to opinions, those without mine first, then the oldest review."""
    cases = (
        Case.objects.active()
        .open_to_committee()
        .of_others(user)
        .with_stance_of(user)
        .select_related("proposal__area")
        .prefetch_related("opinions", "assignments__department")
        .order_by("reviewed_at", "proposal__number")
    )
    found = sorted(cases, key=lambda case: case.my_stance is not None)
    return CommitteeDesk(tuple(map(_row, found)), sum(1 for case in found if case.my_stance is None))


def _row(case: Case) -> Row:
    lead = next(part for part in case.assignments.all() if part.is_lead)
    opinion = next(o for o in case.opinions.all() if o.department_id == lead.department_id)
    proposal, stance = case.proposal, case.my_stance
    return Row(
        [
            Cell(
                proposal.title,
                note=f"{proposal.number} · {proposal.area.name} · {lead.department.short_name}",
                url=reverse("instruction:committee_opinion", args=[proposal.number]),
            ),
            Cell("", tag=opinion.get_verdict_display(), tone=VERDICT_TONES[opinion.verdict]),
            Cell(money.in_words(case.cost_eur) if case.cost_eur is not None else _("pas chiffré")),
            Cell("", tag=case.get_outcome_display(), tone=OUTCOME_TONES[case.outcome])
            if case.outcome
            else Cell(_("pas encore décidée")),
            Cell("", tag=CommitteeStance(stance).label, tone=STANCE_TONES[stance]) if stance else Cell(_("à donner")),
        ]
    )
