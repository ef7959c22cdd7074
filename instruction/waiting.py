"""What waits on the desks of the study, in one sentence each; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from cycles import policies as cycle_policies
from instruction import policies, selectors
from instruction.models import Case


def preselections(user: User, at: datetime) -> str:
    """« 1 présélection à décider », to the team: elected members and the auditor read."""
    number = len(selectors.editions_to_preselect(at)) if cycle_policies.team_only(user, at) else 0
    if not number:
        return ""
    return ngettext("%(n)d présélection à décider", "%(n)d présélections à décider", number) % {"n": number}


def triage(user: User, at: datetime) -> str:
    """« 12 idées sans dossier, 5 dossiers à confier »; ideas wait once the study of their edition may start."""
    found = selectors.triage_of()
    ideas = sum(count for cycle, count in found.without_case if policies.can_open_study(user, cycle, at))
    cases = found.to_assign_count
    said = []
    if ideas:
        said.append(ngettext("%(n)d idée sans dossier", "%(n)d idées sans dossier", ideas) % {"n": ideas})
    if cases:
        said.append(ngettext("%(n)d dossier à confier", "%(n)d dossiers à confier", cases) % {"n": cases})
    return ", ".join(said)


def my_cases(user: User, at: datetime) -> str:
    """« 5 dossiers, 1 en retard », as the desk itself says."""
    departments = policies.departments_of(user, at, *policies.STUDY_ROLES)
    return selectors.parts_words(selectors.parts_of(departments, at, person=user))


def my_department(user: User, at: datetime) -> str:
    """« 3 avis à valider, 1 dossier en retard »."""
    departments = policies.departments_of(user, at, Role.HEAD)
    opinions = selectors.opinions_to_validate(departments).count()
    late = sum(1 for part in selectors.parts_of(departments, at) if part.is_late)
    said = []
    if opinions:
        said.append(_("%(n)d avis à valider") % {"n": opinions})
    if late:
        said.append(ngettext("%(n)d dossier en retard", "%(n)d dossiers en retard", late) % {"n": late})
    return ", ".join(said)


def decisions(_user: User, _at: datetime) -> str:
    """« 4 dossiers à décider »."""
    cases = Case.objects.active().to_decide().count()
    return ngettext("%(n)d dossier à décider", "%(n)d dossiers à décider", cases) % {"n": cases} if cases else ""


def committee(user: User, _at: datetime) -> str:
    """« 4 avis à donner »."""
    return selectors.opinions_words(selectors.opinions_to_give(user))


def answers(_user: User, _at: datetime) -> str:
    """« 6 réponses à publier »."""
    cases = Case.objects.active().to_publish().count()
    return ngettext("%(n)d réponse à publier", "%(n)d réponses à publier", cases) % {"n": cases} if cases else ""
