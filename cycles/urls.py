"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path, register_converter

from cycles import setup as steps
from cycles.views import adoption, consultations, editions, lessons, rulebooks, setup


class VersionConverter:
    """A version’s number in an address: « v2 »."""

    regex = r"v[1-9]\d{0,3}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"v{value}"


register_converter(VersionConverter, "version")

DESK = "bureau/editions/"
EDITION = f"{DESK}<slug:cycle>/"

app_name = "cycles"
urlpatterns = [
    path(DESK, editions.desk, name="editions_desk"),
    path(f"{DESK}nouvelle/", editions.new, name="new_edition"),
    path(f"{DESK}nouvelle/simple/", editions.micro, name="micro"),
    path(f"{DESK}nouvelle/vide/", editions.from_nothing, name="from_nothing"),
    path(f"{DESK}nouvelle/modele/<str:key>/", editions.from_preset, name="from_preset"),
    path(f"{DESK}nouvelle/copie/<slug:source>/", editions.from_former, name="from_former"),
    path(EDITION, setup.resume, name="setup"),
    path(f"{EDITION}cadre/", setup.frame, name="frame"),
    *[
        path(f"{EDITION}{step.key}/", setup.rules, {"step": step.key}, name=f"step_{step.key}")
        for step in steps.STEPS
        if step.writes_rules
    ],
    path(f"{EDITION}projet/", setup.new_draft, name="new_draft"),
    path(f"{EDITION}adoption/", adoption.adoption, name="adoption"),
    path(f"{EDITION}adoption/alertes/", adoption.acknowledge, name="acknowledge"),
    path(f"{EDITION}adoption/consultation/", consultations.prepare, name="prepare_consultation"),
    path(f"{EDITION}adoption/consultation/annuler/", consultations.cancel, name="cancel_consultation"),
    path(f"{EDITION}adoption/derogation/", adoption.deviate, name="deviate"),
    path(f"{EDITION}adoption/<int:number>/retirer/", adoption.withdraw, name="withdraw_version"),
    path(f"{EDITION}publication/", adoption.launch, name="launch"),
    path(f"{EDITION}lecons/", lessons.lessons, name="lessons"),
    path(f"{EDITION}lecons/<int:lesson>/retirer/", lessons.withdraw, name="withdraw_lesson"),
    path("<slug:cycle>/reglement/", rulebooks.rulebook, name="rulebook"),
    path("<slug:cycle>/reglement/avis/", consultations.answer, name="consultation"),
    path("<slug:cycle>/reglement/versions/", rulebooks.versions, name="rulebook_versions"),
    path("<slug:cycle>/reglement/versions/<version:number>/", rulebooks.version, name="rulebook_version"),
    path("<slug:cycle>/reglement/versions/<version:number>/pdf/", rulebooks.order_pdf, name="rulebook_pdf"),
    path(
        "<slug:cycle>/reglement/versions/<version:before>-<version:after>/",
        rulebooks.compare,
        name="rulebook_comparison",
    ),
    path("<slug:cycle>/reglement/depuis/<slug:other>/", rulebooks.compare_editions, name="rulebook_editions"),
]
