"""Who may do what with the règlement of an edition: its versions, its consultation, its adoption, its launch."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors
from cycles.models import Consultation, Cycle, CycleState, RulebookState, RulebookVersion
from cycles.policies.editions import can_prepare, may_see
from cycles.rules import FRAMES


def rulebook_for(user: object, slug: str, at: datetime) -> Cycle:
    """The door to the règlement: of a cycle one may see, or of one in preparation once residents are asked about it."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not (may_see(user, cycle, at) or is_asked_about(cycle, at)):
        raise Http404
    return cycle


def is_rulebook_public(cycle: Cycle, at: datetime) -> bool:
    """Whether anybody may read it: nobody is written to about a page that does not open."""
    return not cycle.is_hidden and (cycle.state != CycleState.PREPARED or is_asked_about(cycle, at))


def is_asked_about(cycle: Cycle, at: datetime) -> bool:
    """A consultation on its règlement has opened: that much of it is public, before its launch."""
    return not cycle.is_hidden and cycle.consultations.filter(opens_at__lte=at).exists()


def frozen(section: str) -> Decision:
    """The refusal of a section whose phase has opened."""
    frame = next((f for f in FRAMES if f.name == section), None)
    if frame is None:
        return no(_("Cet article est figé : sa phase est ouverte."))
    return no(
        _("L’article %(article)d (%(title)s) est figé : sa phase est ouverte.")
        % {"article": frame.article, "title": _(frame.title).lower()}
    )


def may_change(cycle: Cycle, section: str) -> Decision:
    """A frozen section does not change: a deviation is decided, recorded and published instead."""
    return frozen(section) if cycle.section_freezes.filter(section=section).exists() else YES


def can_edit(by: Actor, version: RulebookVersion, at: datetime) -> Decision:
    """A draft is edited by the team, until residents are asked about it."""
    if version.state != RulebookState.DRAFT:
        return no(_("Cette version est adoptée ou retirée : elle ne change plus. Ouvrez un nouveau projet."))
    return can_prepare(by, version.cycle, at)


def can_adopt(by: Actor, version: RulebookVersion, at: datetime) -> Decision:
    """A coherent draft, made from what is in force; an import answers for its own coherence."""
    if version.state == RulebookState.ADOPTED:
        return no(_("Cette version du règlement est déjà adoptée."))
    if version.state == RulebookState.WITHDRAWN:
        return no(_("Cette version du règlement a été retirée : elle ne s’adopte plus."))
    in_force = selectors.adopted_version(version.cycle)
    if in_force is not None and version.based_on_id != in_force.pk:
        return no(
            _("La version %(number)d a été adoptée entre-temps : reprenez vos changements dans un nouveau projet.")
            % {"number": in_force.number}
        )
    consultation = Consultation.objects.filter(version=version).first()
    if consultation is not None and consultation.has_opened(at) and consultation.published_at is None:
        return no(_("Une consultation porte sur ce projet : publiez ses résultats avant l’adoption."))
    allowed = can_prepare(by, version.cycle, at)
    if not allowed or by.actor_kind == "import":
        return allowed
    objection = coherent(version.cycle, at)
    return allowed if objection is None else objection


def coherent(cycle: Cycle, at: datetime) -> Decision | None:
    """What stands between the draft and its adoption, in one sentence; None when nothing does."""
    found = selectors.findings(cycle, at)
    errors = [read for read in found if read.is_error]
    if errors:
        words = ngettext(
            "Il reste %(n)d erreur à corriger : %(first)s",
            "Il reste %(n)d erreurs à corriger. La première : %(first)s",
            len(errors),
        )
        return no(words % {"n": len(errors), "first": errors[0].finding.sentence})
    unread = [read for read in found if not read.is_acknowledged]
    if unread:
        words = ngettext(
            "Il reste %(n)d alerte à lire : %(first)s",
            "Il reste %(n)d alertes à lire. La première : %(first)s",
            len(unread),
        )
        return no(words % {"n": len(unread), "first": unread[0].finding.sentence})
    return None


def can_withdraw(by: Actor, version: RulebookVersion, at: datetime) -> Decision:
    """A draft, or an adoption on which nothing rests yet."""
    if version.state == RulebookState.WITHDRAWN:
        return no(_("Cette version est déjà retirée."))
    if version.freezes.exists():
        return no(_("Une phase s’est ouverte sous cette version : elle ne se retire plus."))
    if version.state == RulebookState.DRAFT and Consultation.objects.filter(version=version, closes_at__gt=at).exists():
        return no(_("Une consultation porte sur ce projet : attendez sa clôture, ou annulez-la."))
    return can_prepare(by, version.cycle, at)


def can_launch(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """Before an edition is public: rules adopted, dates, money, and somebody who answers."""
    if cycle.state != CycleState.PREPARED:
        return no(_("Cette édition est déjà publique."))
    facts = selectors.launch_facts(cycle)
    missing = [words for key, words in launch_words().items() if not facts[key]]
    if missing:
        return no(_("Il manque encore : %(missing)s.") % {"missing": ", ".join(missing)})
    return can_prepare(by, cycle, at)


def launch_words() -> dict[str, str]:
    """What the launch asks, in words."""
    return {
        "rulebook": _("le règlement adopté"),
        "phases": _("les dates des phases"),
        "envelope": _("une enveloppe"),
        "contact": _("qui répond aux questions"),
    }


def can_consult(by: Actor, version: RulebookVersion, at: datetime) -> Decision:
    """A draft is put to residents once; what is asked changes until it opens."""
    consultation = Consultation.objects.filter(version=version).first()
    if consultation is not None and consultation.has_opened(at):
        return no(_("La consultation est ouverte : ses questions ne changent plus."))
    return can_edit(by, version, at)


def can_answer(consultation: Consultation, at: datetime) -> Decision:
    """Anybody, between its two dates."""
    if not consultation.has_opened(at):
        return no(
            _("La consultation ouvre le %(day)s.")
            % {"day": calendar.day_words(calendar.local_day(consultation.opens_at))}
        )
    if consultation.is_over(at):
        closed = calendar.moment_words(consultation.closes_at)
        return no(_("La consultation est close depuis le %(moment)s.") % {"moment": closed})
    return YES


def can_enter_paper(by: Actor, consultation: Consultation, at: datetime) -> Decision:
    """Sheets are counted from the opening, also after the closing, until the results are published."""
    if not consultation.has_opened(at):
        return no(_("La consultation n’est pas ouverte : aucune feuille n’a pu être remplie."))
    if consultation.published_at is not None:
        return no(_("Les résultats sont publiés : on n’y ajoute plus de feuilles."))
    return can_prepare(by, consultation.cycle, at)


def can_publish_results(by: Actor, consultation: Consultation, at: datetime) -> Decision:
    """Closed, every question decided."""
    if consultation.published_at is not None:
        return no(_("Les résultats sont déjà publiés."))
    if not consultation.is_over(at):
        return no(_("La consultation est encore ouverte : attendez sa clôture."))
    waiting = consultation.parameters.filter(decided="").count()
    if waiting:
        words = ngettext("Il reste %(n)d question à décider.", "Il reste %(n)d questions à décider.", waiting)
        return no(words % {"n": waiting})
    return can_prepare(by, consultation.cycle, at)
