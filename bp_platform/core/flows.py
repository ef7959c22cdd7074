"""State machines: a table of steps, and one way through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, demand, no

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Stateful(Protocol):
    """What a step needs of a noun: a state with labels, and the journal's chain it belongs to."""

    state: str

    def get_state_display(self) -> str: ...

    @property
    def journal_chain(self) -> str: ...


M = TypeVar("M", bound=models.Model)


def anyone(by: Actor, obj: models.Model, at: datetime) -> Decision:
    """The policy of a step that the state alone decides."""
    return Decision(True)


@dataclass(frozen=True)
class Step(Generic[M]):
    """One arrow of a noun's machine: from which states, to which, by whom, under which rule.

    `label` completes « On ne peut pas … » in French; `rule` is the rulebook's reference, if any.
    """

    act: str
    label: str | _StrPromise
    sources: frozenset[str]
    target: str
    policy: Callable[[Actor, M, datetime], Decision] = anyone
    rule: str = ""

    def may(self, by: Actor, obj: M, at: datetime) -> Decision:
        """The same question for the button, the view and the service."""
        noun: Stateful = obj  # type: ignore[assignment] # every noun with a flow has these attributes
        if noun.state not in self.sources:
            return no(
                _("On ne peut pas %(act)s : l’état actuel est « %(state)s ».")
                % {"act": self.label, "state": noun.get_state_display()}
            )
        return self.policy(by, obj, at)

    @contextmanager
    def take(self, obj: M, *, by: Actor, at: datetime, reason: str = "") -> Iterator[M]:
        """Lock the row, check, let the caller fill in the facts, then validate, save and journal.

        Raises Refused with the policy's sentence, or ValidationError when the facts do not fit the state.
        """
        with journal.transaction_with_journal():
            locked: M = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
            decision = demand(self.may(by, locked, at))
            noun: Stateful = locked  # type: ignore[assignment]
            before = noun.state
            noun.state = self.target
            yield locked
            locked.full_clean()
            locked.save()
            journal.record(
                journal.Line(
                    chain=noun.journal_chain,
                    at=at,
                    by=by,
                    act=self.act,
                    subject=locked,
                    from_state=before,
                    to_state=self.target,
                    rule=self.rule,
                    role=decision.role,
                    reason=reason,
                )
            )
