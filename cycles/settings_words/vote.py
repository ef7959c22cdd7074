"""The words of who decides, and how."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cycles.settings_words.base import Column, Setting, rare
from cycles.settings_words.filing import LINKS

LISTS = (
    Column("code", _("code du lieu ou du thème"), is_required=True),
    Column("minimum_choices", _("au moins"), "number"),
    Column("maximum_choices", _("au plus"), "number", is_required=True),
)

VOTE: dict[str, Setting] = {
    "electorate.minimum_age": Setting(_("Âge minimal pour voter"), _("0 : sans condition d’âge."), unit=_("ans")),
    "electorate.proofs": Setting(
        _("Comment on prouve son droit de voter"),
        _("Chaque personne n’a besoin que d’une de ces preuves. Leur force est écrite avec les résultats."),
        {
            "postal_code": _("Un code reçu par la poste"),
            "desk": _("La vérification d’un agent, au guichet"),
            "roll": _("La liste des personnes inscrites"),
            "franceconnect": _("FranceConnect"),
            "email_phone": _("Courriel, téléphone et attestation, validés par un agent"),
        },
    ),
    "electorate.maximum_age": rare(_("Âge maximal pour voter"), _("Laissez vide s’il n’y en a pas."), unit=_("ans")),
    "electorate.links": Setting(_("Lien demandé pour voter"), _("Un seul suffit."), LINKS),
    "electorate.is_elected_excluded": Setting(_("Les élu·es ne votent pas")),
    "electorate.maximum_proxies": rare(
        _("Procurations par personne"), _("0 : aucune. La plateforme ne les reçoit pas encore.")
    ),
    "ballot.decision_mode": Setting(
        _("Qui choisit les lauréats"),
        options={
            "popular_vote": _("Un vote des habitant·es"),
            "assembly": _("Une assemblée, à main levée"),
            "body_designation": _("Un comité ou un conseil les désigne"),
            "jury": _("Un jury les désigne"),
            "mixed": _("Un vote, puis une instance arrête la liste"),
        },
        step="vote",
    ),
    "ballot.decided_by": Setting(
        _("Qui désigne les projets, ou arrête la liste"), _("Avec son article : « le conseil citoyen »."), step="vote"
    ),
    "ballot.venue": Setting(
        _("Où l’on vote"),
        options={
            "online_and_in_person": _("En ligne, sur place ou sur papier"),
            "in_person": _("Sur place"),
            "public_space": _("Dans l’espace public"),
        },
        step="vote",
    ),
    "ballot.kind": Setting(
        _("Bulletin"),
        options={
            "approval": _("Cocher des projets"),
            "choose_1": _("Un seul projet"),
            "points": _("Répartir des points"),
            "ranking": _("Classer des projets"),
            "majority_judgement": _("Donner une mention à chaque projet"),
            "show_of_hands": _("Main levée"),
        },
        step="vote",
    ),
    "ballot.minimum_choices": Setting(_("Nombre minimal de choix"), step="vote", unit=_("projets")),
    "ballot.maximum_choices": Setting(
        _("Nombre maximal de choix"), _("Le même que le minimum : exactement tant de projets."), step="vote",
        unit=_("projets"),
    ),
    "ballot.allocation": Setting(
        _("Comment les projets sont pris"),
        options={
            "greedy": _("Par nombre de voix, tant qu’il reste de l’argent"),
            "equal_shares": _("Par la méthode des parts égales"),
        },
        step="depouillement",
    ),
    "ballot.on_misfit": Setting(
        _("Quand un projet dépasse ce qui reste"),
        options={"skip": _("On passe au suivant"), "stop": _("On s’arrête")},
        step="depouillement",
    ),
    "ballot.threshold_votes": Setting(
        _("Nombre de voix exigé"), _("0 : aucun seuil."), step="depouillement", unit=_("voix")
    ),
    "ballot.one_laureate_per_owner": Setting(_("Un seul lauréat par porteur"), step="depouillement"),
    "ballot.confirmed_by": Setting(
        _("Qui rend le résultat définitif"), _("Par exemple « le conseil municipal ». Laissez vide sinon."),
        step="depouillement",
    ),
    "ballot.assembly_order": rare(
        _("Ordre de l’assemblée"),
        options={
            "plenary": _("Tous ensemble"),
            "areas_then_plenary": _("Par quartier, puis tous ensemble"),
        },
        step="vote",
    ),
    "ballot.is_paper_refused": rare(_("Sans bulletin papier"), step="vote"),
    "ballot.lists": Setting(
        _("Listes de projets"),
        options={
            "by_area": _("Une par lieu qui a son enveloppe"),
            "by_theme": _("Une par thème qui a son enveloppe"),
            "single": _("Une seule"),
        },
        step="vote",
    ),
    "ballot.list_choices": rare(
        _("Nombre de choix propre à une liste"),
        _("Une liste par ligne. Exemple : ville ; 0 ; 3. « ville » est la liste de toute la ville."),
        columns=LISTS,
        step="vote",
    ),
    "ballot.is_budget_bounded": rare(_("Les choix tiennent dans l’enveloppe"), step="vote"),
    "ballot.points_per_voter": rare(
        _("Points par personne"), _("Pour le vote par points ; 0 sinon."), step="vote", unit=_("points")
    ),
    "ballot.points_per_project": rare(
        _("Points au plus par projet"), _("0 : pas de limite."), step="vote", unit=_("points")
    ),
    "ballot.grades": rare(
        _("Mentions, la meilleure d’abord"),
        _("Pour le jugement majoritaire : deux à sept, une par ligne."),
        step="vote",
    ),
    "ballot.threshold_percent": rare(
        _("Part des bulletins exprimés exigée"), _("0 : pas de seuil."), step="depouillement", unit="%"
    ),
    "ballot.maximum_laureates": rare(
        _("Lauréats au plus par liste"), _("0 : pas de limite."), step="depouillement", unit=_("lauréats")
    ),
    "ballot.minimum_per_area": rare(
        _("Lauréats au moins par lieu"),
        _("Pris avant le classement général. 0 : pas de minimum."),
        step="depouillement",
        unit=_("lauréats"),
    ),
    "ballot.minimum_per_priority_area": rare(
        _("Lauréats au moins par quartier prioritaire"),
        _("0 : pas de minimum."),
        step="depouillement",
        unit=_("lauréats"),
    ),
    "ballot.minimum_per_theme": rare(
        _("Lauréats au moins par thème"), _("0 : pas de minimum."), step="depouillement", unit=_("lauréats")
    ),
    "ballot.maximum_per_area": rare(
        _("Lauréats au plus par lieu"), _("0 : pas de limite."), step="depouillement", unit=_("lauréats")
    ),
    "ballot.maximum_per_theme": rare(
        _("Lauréats au plus par thème"), _("0 : pas de limite."), step="depouillement", unit=_("lauréats")
    ),
    "ballot.one_laureate_per_site": rare(_("Un lauréat au plus par endroit"), step="depouillement"),
    "ballot.tie_criterion": Setting(
        _("À égalité"),
        options={
            "lower_cost": _("Le projet le moins cher, puis le tirage au sort"),
            "more_voters": _("Le projet choisi par le plus de personnes, puis le tirage au sort"),
            "draw_only": _("Le tirage au sort"),
        },
        step="depouillement",
    ),
}  # fmt: skip
