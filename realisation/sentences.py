"""What the data says of an edition, in sentences that a mayor would sign. French only, like the règlement.

Each function answers a block's proposed text from the figures, in small Markdown; zero, one and many are told apart.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format

from bp_platform.core import calendar, money
from bp_platform.core.text import enumerate_fr
from realisation.figures import Figures, Laureate, Part, Vote

NOT_YET = "Les lauréats ne sont pas encore connus."


def number(value: int | Decimal) -> str:
    """« 31 200 »."""
    decimals = 0 if value == int(value) else 1
    return number_format(value, decimals, force_grouping=True)


def some(value: int, one: str, many: str, none: str = "") -> str:
    """« 12 projets », « 1 projet », « aucun projet » (by default the singular: « 0 projet »)."""
    if value == 0 and none:
        return none
    return f"{number(value)} {one if value < 2 else many}"


def overview(figures: Figures) -> str:
    """The edition in four sentences: ideas, choice, building, euros."""
    return _said(
        _ideas_in_brief(figures), _choice_in_brief(figures), _building_in_brief(figures), _euros_in_brief(figures)
    )


def _ideas_in_brief(figures: Figures) -> str:
    if not figures.ideas.filed:
        return "Aucune idée n’a été déposée."
    filed = some(figures.ideas.filed, "idée a été déposée", "idées ont été déposées")
    answers = figures.answers
    if not answers.given:
        return f"{filed}."
    feasible = answers.feasible + answers.changed
    if not feasible:
        return f"{filed} ; aucune n’a été jugée réalisable."
    return f"{filed} ; {some(feasible, 'a été jugée réalisable', 'ont été jugées réalisables')} après étude."


def _choice_in_brief(figures: Figures) -> str:
    won, vote = len(figures.laureates), figures.vote
    if not won and vote is None:
        return NOT_YET
    chosen = some(won, "projet est lauréat", "projets sont lauréats", "aucun projet n’est lauréat")
    if vote is None:
        return f"{_capital(chosen)}."
    voters = some(vote.voters, "personne a voté", "personnes ont voté", "Personne n’a voté")
    percent = figures.turnout_percent
    share = f", soit {number(percent)} % des {number(figures.population)} habitants" if percent else ""
    return f"{voters}{share} ; {chosen}."


def _building_in_brief(figures: Figures) -> str:
    if not figures.laureates:
        return ""
    day = f"Au {calendar.day_words(figures.on)}"
    parts = [some(figures.over, "est livré", "sont livrés", "aucun n’est encore livré")]
    if figures.under_way:
        parts.append(some(figures.under_way, "est en cours", "sont en cours"))
    if figures.abandoned:
        parts.append(some(figures.abandoned, "est abandonné", "sont abandonnés"))
    late = some(figures.late, "a dépassé la date promise", "ont dépassé la date promise") if figures.late else ""
    return f"{day}, {enumerate_fr(parts)}." + (f" Parmi les projets en cours, {late}." if late else "")


def _euros_in_brief(figures: Figures) -> str:
    if not figures.money.voted_eur:
        return ""
    voted, paid = _eur(figures.money.voted_eur), figures.money.paid_eur
    return f"Sur {voted} votés, {_eur(paid)} sont payés." if paid else f"Sur {voted} votés, rien n’est encore payé."


def participation(figures: Figures) -> str:
    """Who took part, as far as the data tells; by channel and by place."""
    ideas = figures.ideas
    if not ideas.filed:
        return "Aucune idée n’a été déposée pendant l’appel à idées."
    people = some(ideas.people, "personne ou groupe a porté", "personnes ou groupes ont porté")
    first = f"{people} {some(ideas.filed, 'idée', 'idées')}."
    by_hand = sum(part.number for part in ideas.by_channel if part.label != "en ligne")
    if by_hand:
        ways = enumerate_fr([f"{number(p.number)} {p.label}" for p in ideas.by_channel if p.number])
        channels = f"Toutes ne sont pas venues par internet : {ways}."
    else:
        channels = "Toutes sont venues par internet : les autres voies sont à faire connaître."
    most = _largest(ideas.by_place)
    silent = [part.label for part in ideas.by_place if not part.number]
    place = f"Le lieu le plus cité est « {most.label} », avec {some(most.number, 'idée', 'idées')}." if most else ""
    missing = f"Aucune idée n’est venue de : {enumerate_fr(silent)}." if silent else ""
    return _said(first, channels, place, missing)


def answers(figures: Figures) -> str:
    """The answers by outcome and reason, and the delays against what the règlement promised."""
    given = figures.answers
    if not given.given:
        return "Aucune réponse n’est encore publiée."
    outcomes = [
        some(given.feasible, "idée est réalisable", "idées sont réalisables"),
        *([some(given.changed, "l’est avec des changements", "le sont avec des changements")] if given.changed else []),
        some(given.refused, "n’est pas retenue", "ne sont pas retenues", "aucune n’est écartée"),
    ]
    count = some(given.given, "idée a reçu", "idées ont reçu")
    first = f"{count} une réponse écrite et motivée : {enumerate_fr(outcomes)}."
    reasons = enumerate_fr([f"{_lower(part.label)} ({number(part.number)})" for part in given.reasons])
    why = f"Les refus ont pour motif : {reasons}." if reasons else ""
    theirs = "sa" if given.waiting == 1 else "leur"
    waiting = (
        f"{some(given.waiting, 'idée attend', 'idées attendent')} encore {theirs} réponse." if given.waiting else ""
    )
    return _said(first, why, waiting) + "\n\n" + _said(*_delays(figures))


def _delays(figures: Figures) -> Iterable[str]:
    given = figures.answers
    if given.first:
        kept = _kept(given.first_in_time, given.first, "idée", "idées", feminine=True)
        yield f"Le règlement promet une première réponse sous {given.first_days} jours : {kept}."
    if given.opinions:
        kept = _kept(given.opinions_in_time, given.opinions, "avis", "avis", feminine=False)
        yield f"Il donne {given.opinion_days} jours aux directions pour rendre leur avis : {kept}."
    if given.median_days is not None:
        days = some(given.median_days, "jour", "jours")
        yield f"La moitié des réponses définitives ont été données en {days} ou moins."


def _kept(done: int, among: int, one: str, many: str, *, feminine: bool) -> str:
    if among == 1:
        only = f"la seule {one}" if feminine else f"le seul {one}"
        return f"c’est tenu pour {only}" if done else f"ce n’est pas tenu pour {only}"
    if done == among:
        return f"c’est tenu pour les {number(among)} {many}"
    if done == 0:
        return f"ce n’est tenu pour aucun{'e' * feminine} des {number(among)} {many}"
    return f"c’est tenu pour {number(done)} {many if done > 1 else one} sur {number(among)}"


def vote(figures: Figures) -> str:
    """When, how many, by which means."""
    held = figures.vote
    if held is None:
        return "Cette édition n’a pas de vote : les projets ont été désignés comme le règlement le prévoit."
    dates = calendar.span_words(held.opened_on, held.closed_on)
    voters = some(held.voters, "personne a voté", "personnes ont voté", "personne n’a voté")
    registered = f" sur {some(held.registered, 'personne inscrite', 'personnes inscrites')}" if held.registered else ""
    first = f"Le vote s’est tenu {dates} : {voters}{registered}."
    listed = f"{some(held.listed, 'projet était proposé', 'projets étaient proposés')}."
    return _said(first, listed, _channels(held))


def _channels(held: Vote) -> str:
    told = [f"{number(part.number)} {part.label}" for part in held.by_channel if part.number]
    return f"Par voie : {enumerate_fr(told)}." if len(told) > 1 else ""


def laureate(project: Laureate, on: date) -> str:
    """A project's state, its date and its money, in three sentences."""
    return _said(_date_of(project, on), _why(project), _money_of(project))


def _date_of(project: Laureate, on: date) -> str:
    if project.delivered_on:
        said = f"Livré le {calendar.day_words(project.delivered_on)}"
        if not project.promised_on:
            return f"{said}."
        if project.days_late > 0:
            return f"{said}, {some(project.days_late, 'jour', 'jours')} après la date promise."
        return f"{said}, dans le délai promis."
    if project.is_abandoned:
        return "Le projet est abandonné."
    if not project.promised_on:
        return "Le conseil n’a pas encore décidé sa réalisation."
    promised = calendar.day_words(project.promised_on)
    state = "Suspendu" if project.state == "suspended" else project.status
    if project.expected_on and project.expected_on > max(project.promised_on, on):
        day = calendar.day_words(project.expected_on)
        return f"{state}. Promis pour le {promised}, il est maintenant attendu pour le {day}."
    if project.days_late > 0:
        return f"{state}. Promis pour le {promised}, il a {some(project.days_late, 'jour', 'jours')} de retard."
    return f"{state}. La livraison est promise pour le {promised}."


def _why(project: Laureate) -> str:
    if project.reason:
        return _sentence(project.reason)
    is_behind = project.days_late > 0 or (
        project.expected_on and project.promised_on and project.expected_on > project.promised_on
    )
    return f"La raison : {_ended(_lower(project.delay_reason))}" if is_behind and project.delay_reason else ""


def _money_of(project: Laureate) -> str:
    if not project.voted_eur:
        return ""
    voted = _eur(project.voted_eur)
    back = f" ; {_eur(project.released_eur)} sont revenus à l’enveloppe" if project.released_eur else ""
    if not project.paid_eur:
        return f"Voté {voted}, rien n’est payé{back}."
    return f"Voté {voted}, payé {_eur(project.paid_eur)}{back}."


def spent(figures: Figures) -> str:
    """Every euro that was voted, and where it is that day."""
    kept = figures.money
    if not kept.total_eur:
        return "Aucune enveloppe n’est votée pour cette édition."
    came = f" (dont {_eur(kept.received_eur)} venus d’une autre édition)" if kept.received_eur else ""
    parts = [
        (kept.paid_eur, "sont payés"),
        (kept.committed_eur, "sont commandés et pas encore payés"),
        (kept.planned_eur, "sont réservés à un projet et pas encore commandés"),
        (kept.moved_eur, "ont quitté l’édition"),
        (kept.left_eur, "ne sont affectés à aucun projet"),
    ]
    told = enumerate_fr([f"{_eur(amount)} {words}" for amount, words in parts if amount])
    day = calendar.day_words(figures.on)
    return f"Sur les {_eur(kept.total_eur)} de l’édition{came}, au {day} : {told}. La somme est juste au centime près."


def changes(figures: Figures) -> str:
    """What is late, suspended or given up, each with its reason."""
    told = [line for project in figures.laureates if (line := _changed(project, figures.on))]
    if not figures.laureates and figures.vote is None:
        return NOT_YET
    if not figures.laureates:
        return "Aucun projet lauréat : rien n’a été abandonné."
    if not told:
        return "Aucun projet n’est abandonné, suspendu ni en retard sur la date promise."
    return "\n".join(f"- {line}" for line in told)


def _changed(project: Laureate, on: date) -> str:
    name = f"**{project.title}** ({project.number})"
    if project.is_abandoned:
        back = f" {_eur(project.released_eur)} ont été rendus à l’enveloppe." if project.released_eur else ""
        return f"{name} est abandonné. {_sentence(project.reason)}{back}"
    if project.state == "suspended":
        return f"{name} est suspendu. {_sentence(project.reason)}"
    why = _why(project) or "La raison n’a pas été donnée."
    if project.is_over:
        return (
            f"{name} a été livré avec {some(project.days_late, 'jour', 'jours')} de retard."
            if project.days_late
            else ""
        )
    if project.days_late > 0:
        return f"{name} a {some(project.days_late, 'jour', 'jours')} de retard. {why}"
    if project.expected_on and project.promised_on and project.expected_on > project.promised_on:
        return f"{name} est attendu pour le {calendar.day_words(project.expected_on)}, après la date promise. {why}"
    return ""


def leftover(figures: Figures) -> str:
    """What is on no project, and where what left has gone, by whose decision."""
    kept = figures.money
    rest = (
        f"Au {calendar.day_words(figures.on)}, {_eur(kept.left_eur)} ne sont affectés à aucun projet."
        if kept.left_eur
        else "Il n’y a pas de reliquat : tout ce qui est voté est affecté."
    )
    moves = [
        f"- {_eur(row.amount_eur)}, de « {row.source} » vers « {row.target} », le {calendar.day_words(row.on)} "
        f"({row.decided_by}, {row.decision})."
        for row in kept.transfers
    ]
    return f"{rest}\n\n" + "\n".join(moves) if moves else f"{rest} Aucune somme n’a quitté l’édition."


def method(figures: Figures) -> str:
    """Where the figures come from, and how to read them."""
    day = calendar.day_words(figures.on)
    parts = [
        f"Les chiffres sont arrêtés au {day}. Ils sont tirés des données de la plateforme de {figures.town} : "
        "dépôts, études, vote, réalisations et comptes.",
        "Les montants sont en euros, toutes taxes comprises, au centime. « Voté » : affecté au projet par le conseil. "
        "« Engagé » : commandé. « Payé » : versé à l’entreprise. Le retard se compte depuis la date "
        "promise par le conseil.",
    ]
    if figures.vote:
        parts.append(
            "Le vote est secret : les émargements ne sont donnés par voie et par lieu qu’à partir de cinquante, et "
            "rien ne relie une personne à un bulletin."
        )
    if figures.population:
        parts.append(f"La population de référence est celle de la commune : {number(figures.population)} habitants.")
    return "\n\n".join(
        [*parts, "Les mêmes chiffres se téléchargent en CSV et en JSON sur cette page (Licence Ouverte 2.0)."]
    )


def nothing(_figures: Figures) -> str:
    """The blocks that only people can write."""
    return ""


PROPOSED: dict[str, Callable[[Figures], str]] = {
    "overview": overview, "participation": participation, "answers": answers, "vote": vote, "money": spent,
    "changes": changes, "leftover": leftover, "lessons": nothing, "next": nothing, "method": method, "own": nothing,
}  # fmt: skip


def proposed(kind: str, figures: Figures, number_: str = "") -> str:
    """The text that the data proposes for a block."""
    if kind == "laureate":
        project = figures.laureate(number_)
        return laureate(project, figures.on) if project else ""
    return PROPOSED[kind](figures)


def _said(*sentences: str) -> str:
    return " ".join(_capital(sentence) for sentence in sentences if sentence)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _lower(words: str) -> str:
    """« Le coût… » as the middle of a sentence; a name or an abbreviation keeps its capital."""
    first = words.split(" ", 1)[0]
    is_plain = first[1:] == first[1:].lower() and first.split("’")[0].casefold() in _SMALL
    return words[:1].lower() + words[1:] if is_plain else words


_SMALL = {
    "la", "le", "l", "les", "un", "une", "il", "elle", "on", "ce", "c", "cette", "ces", "des", "du", "de", "d",
    "comité", "conseil", "après", "avant", "pour",
}  # fmt: skip


def _sentence(words: str) -> str:
    return _ended(_capital(words.strip()))


def _ended(words: str) -> str:
    return words if not words or words[-1] in ".!?…" else f"{words}."


def _largest(parts: Sequence[Part]) -> Part | None:
    found = max(parts, key=lambda part: part.number, default=None)
    return found if found and found.number else None


def _eur(amount: Decimal) -> str:
    return money.in_words(amount)
