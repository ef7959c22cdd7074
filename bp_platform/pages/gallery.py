"""The gallery: every component in every state, on one page that people and axe look at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from bp_platform.core import drawings
from bp_platform.core.components import (
    BallotCount,
    Cell,
    Count,
    Event,
    Link,
    Pick,
    Progress,
    ResultLine,
    Row,
    Slice,
    Station,
    Step,
    Ticket,
)

LONG_TITLE = _(
    "Réaménager la traverse de l’ancienne école Sainte-Marie-des-Remparts en cheminement piéton ombragé, "
    "accessible aux fauteuils et aux poussettes, du parvis jusqu’au quai"
)
CYCLE_NAMES = (
    _("Préparation"),
    _("Diagnostic"),
    _("Appel à idées"),
    _("Étude"),
    _("Présélection"),
    _("Campagne"),
    _("Vote"),
    _("Proclamation"),
    _("Réalisation"),
)


class OpinionForm(forms.Form):
    """Every kind of field, for the gallery alone."""

    title = forms.CharField(label=_("Le titre de votre idée"), max_length=80, help_text=_("Une phrase courte."))
    text = forms.CharField(
        label=_("Ce que vous proposez"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ce texte sera public. Article 7.3 du règlement."),
    )
    area = forms.ChoiceField(
        label=_("Le quartier"), choices=[("", _("Choisir")), ("mar", "Les Mariniers"), ("bel", "Bel-Air")]
    )
    opinion = forms.ChoiceField(
        label=_("Votre avis"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Favorable")), ("reserve", _("Avec réserve")), ("no", _("Défavorable"))],
    )
    needs = forms.MultipleChoiceField(
        label=_("Ce qu’il faudra"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("study", _("Une étude")), ("work", _("Des travaux")), ("care", _("Un entretien"))],
    )
    cost_eur = forms.DecimalField(label=_("Coût, toutes taxes comprises"), required=False, help_text=_("En euros."))
    wanted_on = forms.DateField(
        label=_("Date souhaitée"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    photo = forms.FileField(label=_("Une photo"), required=False, help_text=_("JPEG ou PNG, 8 Mo au plus."))
    agrees = forms.BooleanField(label=_("J’ai lu le règlement"), help_text=_("Il tient en deux pages."))


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    context = {
        **_lines(),
        **_projects(),
        **_figures(),
        **_desk(),
        "form": OpinionForm(initial={"opinion": "reserve", "title": _("Un verger derrière la gare")}),
        "choice": OpinionForm(auto_id="filter_%s"),
        "refused": OpinionForm({"title": "x" * 90, "cost_eur": "beaucoup"}, auto_id="refused_%s"),
        "crumbs": [
            Link(_("Accueil"), "/"),
            Link(_("Édition 2026"), "/2026/"),
            Link(_("Les projets"), "/2026/projets/"),
        ],
    }
    return render(request, "gallery/index.html", context)


def _lines() -> dict[str, Any]:
    six = ("past", "past", "past", "now", "next", "next")
    whens = ("12 janv. – 8 mars · 214 idées", "mars – juin", "1er – 14 sept.", "15 sept. – 4 oct.", "8 octobre", "2027")
    names = (CYCLE_NAMES[2], CYCLE_NAMES[3], CYCLE_NAMES[5], CYCLE_NAMES[6], CYCLE_NAMES[7], CYCLE_NAMES[8])
    return {
        "six_stations": [
            Station(name, when, state, progress=45)  # type: ignore[arg-type] # the states are literals above
            for name, when, state in zip(names, whens, six, strict=True)
        ],
        "nine_stations": [
            Station(name, "mars – juin 2026", "past" if place < 4 else "now" if place == 4 else "next", progress=70)
            for place, name in enumerate(CYCLE_NAMES)
        ],
        "eleven_stations": [
            Station(_("Étape %(number)s") % {"number": place}, "2026", "now" if place == 1 else "next", progress=5)
            for place in range(1, 12)
        ],
        "stopped_stations": [
            Station(_("Idée"), "2 février", "past"),
            Station(_("Étude"), "38 jours", "past"),
            Station(
                _("Non retenu"), _("Article 4.2 : hors des compétences de la ville"), "stopped", here=_("Fin du trajet")
            ),
            Station(_("Vote")),
            Station(_("Travaux")),
        ],
        "arrived_stations": [
            Station(_("Idée"), "2 février 2024", "past"),
            Station(_("Vote"), "812 voix", "past"),
            Station(_("Ouverture"), "3 mai 2026", "now", progress=100, here=_("Arrivé à bon port")),
        ],
        "steps": [Step(_("Choisir"), "past"), Step(_("Vérifier"), "now"), Step(_("Déposer"))],
    }


def _scene(kind: str, number: str) -> str:
    return static(drawings.scene_path(kind, number))


def _projects() -> dict[str, Any]:
    return {
        "tickets": [
            Ticket(
                "Une cour d’école qui respire à Jules-Ferry",
                "#tickets",
                "BP26-0143",
                _scene("nature", "BP26-0143"),
                place="Les Mariniers",
                theme="Nature en ville",
                price_eur=Decimal(62000),
            ),
            Ticket(
                LONG_TITLE,
                "#tickets",
                "BP26-0027",
                _scene("mobility", "BP26-0027"),
                place="Saint-Symphorien-sur-les-Hauts-de-Valrive",
                theme="Se déplacer",
                price_eur=Decimal("1118000.50"),
                status=_("À l’étude"),
                tone="accent",
            ),
            Ticket(
                "Une aire de jeux",
                "#tickets",
                "BP26-0088",
                _scene("play", "BP26-0088"),
                theme="Vivre ensemble",
                no_price=_("Pas encore chiffré"),
                status=_("Sans nouvelles depuis 112 jours"),
                tone="warning",
                note=_("Dernière nouvelle le 2 février : le sol est prêt."),
            ),
        ],
        "scenes": [
            {"kind": label, "url": static(f"img/scenes/{kind}-{number}.svg")}
            for kind, label in drawings.KINDS.items()
            for number in range(1, drawings.VARIANTS + 1)
        ],
        "picks": [
            Pick(
                "choice",
                "88",
                "Une aire de jeux pour tous les enfants",
                _scene("play", "88"),
                "Bel-Air",
                Decimal(84500),
                "#picks",
                is_checked=True,
            ),
            Pick("choice", "143", LONG_TITLE, _scene("nature", "143"), "Les Mariniers", Decimal(62000), "#picks"),
            Pick(
                "choice",
                "31",
                "Des bancs à l’ombre, place du Marché",
                _scene("solidarity", "31"),
                "Centre",
                Decimal(18400),
                "#picks",
                off_reason=_("retiré le 20 septembre par ses porteurs"),
            ),
        ],
        "ballot_counts": [BallotCount("ville", _("{n} choix sur %(most)d") % {"most": 5}, 1, 5)],
        "events": [
            Event(date(2026, 9, 1), _("Le projet est sur le bulletin"), by=_("Équipe de la participation")),
            Event(
                date(2026, 5, 14),
                _("Avis favorable, avec une réserve"),
                _("Les arbres seront plantés à trois mètres de la canalisation."),
                _("Direction des espaces verts"),
                Link(_("Lire l’avis en entier"), "#timeline"),
                "warning",
            ),
            Event(date(2026, 2, 2), _("L’idée est déposée"), by="Aïcha B."),
        ],
        "results": [
            ResultLine(
                1,
                "Un four à pain partagé",
                "BP26-0003",
                1204,
                is_winner=True,
                share=100,
                reason=_("le plus de voix"),
                price_eur=Decimal(22000),
                url="#results",
            ),
            ResultLine(
                2,
                LONG_TITLE,
                "BP26-0027",
                1167,
                is_winner=False,
                share=97,
                reason=_("il manquait 4 200 € dans l’enveloppe"),
                price_eur=Decimal(118000),
                url="#results",
            ),
            ResultLine(
                3,
                "Un verger derrière la gare",
                "BP26-0022",
                130,
                is_winner=True,
                share=11,
                reason=_("encore possible avec le reste"),
                price_eur=Decimal(31000),
                url="#results",
            ),
        ],
    }


def _figures() -> dict[str, Any]:
    voted = [
        Slice("paid", _("Payé"), Decimal("412310.42")),
        Slice("committed", _("Engagé"), Decimal("187900.00")),
        Slice("planned", _("À engager"), Decimal("124789.58")),
        Slice("left", _("Reliquat"), Decimal("25000.00"), _("reporté sur 2026")),
    ]
    return {
        "voted": voted,
        "voted_total": Decimal(750000),
        "started": [Slice("paid", _("Payé"), Decimal("1200.00")), Slice("moved", _("Déplacé"), Decimal("30000.00"))],
        "over": [Slice("paid", _("Payé"), Decimal("98000.00")), Slice("committed", _("Engagé"), Decimal("41000.00"))],
        "over_total": Decimal(120000),
        "counts": [
            Count(_("À rendre cette semaine"), 2),
            Count(_("Temps estimé"), "6 h 30", _("pour 14 h disponibles")),
            Count(_("En retard"), 1, is_late=True),
        ],
        "facts": [
            (_("Coût"), "62 000 €, toutes taxes comprises"),
            (_("Porteurs"), "Aïcha B. et les parents d’élèves de l’école Jules-Ferry"),
            (_("Adresse"), "https://participation.valrive-sur-loire.example/2026/projets/BP26-0143/"),
        ],
        "jobs": [
            Progress(_("Préparation du carnet en PDF"), 40, _("Page 16 sur 40"), "#progress"),
            Progress(_("Envoi au service des documents"), None, _("En attente, 2 avant vous")),
            Progress(_("Le carnet est prêt"), 100, _("231 ko"), done=Link(_("Ouvrir le carnet"), "#progress")),
            Progress(
                _("Import des quartiers"), 62, _("Ligne 18 : le polygone « Gare » se croise lui-même."), is_failed=True
            ),
        ],
        "few_pages": Paginator(range(60), 24).page(2),
        "many_pages": Paginator(range(5000), 24).page(100),
    }


def _desk() -> dict[str, Any]:
    return {
        "columns": [_("Dossier"), _("Échéance"), _("État"), _("Coût")],
        "rows": [
            Row(
                [
                    Cell("Une cour d’école qui respire à Jules-Ferry", _("Pilote · Les Mariniers"), "#queue"),
                    Cell(_("retard de 3 jours"), is_late=True),
                    Cell("", tag=_("À rendre"), tone="signal"),
                    Cell("62 000 €", is_number=True),
                ],
                is_current=True,
            ),
            Row(
                [
                    Cell(LONG_TITLE, _("Consulté par les Sports"), "#queue"),
                    Cell("jeudi 18 juin"),
                    Cell("", tag=_("En attente du porteur"), tone="warning"),
                    Cell("1 118 000,50 €", is_number=True),
                ]
            ),
            Row(
                [
                    Cell("Des bancs à l’ombre", _("Pilote · Centre"), "#queue"),
                    Cell(_("demain"), "14 h"),
                    Cell("", tag=_("Favorable"), tone="success"),
                    Cell("18 400 €", is_number=True),
                ]
            ),
        ],
    }
