"""A GeoJSON file of places, read feature by feature: what can be kept, and one sentence for each thing that cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.core import text
from cycles import geometry, reprojection
from cycles.models import Area, AreaKind

MOST_FEATURES = 500
MOST_POINTS = 400_000


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the file. `parent` is the code of the place around it; `simple` and `box` come with the study."""

    code: str
    name: str
    outline: dict[str, Any]
    parent: str = ""
    kind: str = ""
    population: int | None = None
    simple: dict[str, Any] | None = None
    box: tuple[float, ...] = ()
    position: int = 0

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @property
    def label(self) -> str:
        """« Lieu 3 (La Gare) »."""
        return _("Lieu %(position)d (%(name)s)") % {"position": self.position, "name": self.name}


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file calls each thing."""

    name: str = "nom"
    code: str = "code"
    parent: str = "parent"
    kind: str = "nature"
    population: str = "population"


@dataclass(frozen=True, slots=True)
class Reading:
    """The places of a file and what is wrong with it; it is taken whole or not at all."""

    places: tuple[Place, ...]
    errors: tuple[str, ...]


def read(content: bytes | str, *, name_property: str = "nom", code_property: str = "code", **others: str) -> Reading:
    """Read a FeatureCollection, in WGS 84 or brought to it. A missing code is made from the name."""
    try:
        return _read(content, Properties(name_property, code_property, **others))
    except RecursionError:
        return _refused(_("Ce fichier est trop imbriqué : exportez de nouveau la couche."))


def _read(content: bytes | str, names: Properties) -> Reading:
    try:
        data = json.loads(content)
    except ValueError as error:  # neither UTF-8 nor JSON, or a number of thousands of digits
        line = getattr(error, "lineno", 1)
        return _refused(
            _("Ligne %(line)d : ce fichier n’est pas du GeoJSON ; exportez-le de nouveau, en UTF-8.") % {"line": line}
        )
    if not isinstance(data, Mapping) or not isinstance(data.get("features"), list) or not data["features"]:
        return _refused(_("Ce fichier ne contient aucun lieu : exportez une couche de polygones (FeatureCollection)."))
    if len(data["features"]) > MOST_FEATURES:
        return _refused(
            _("Ce fichier contient %(number)d lieux, %(most)d au plus : n’exportez que ceux de l’édition.")
            % {"number": len(data["features"]), "most": MOST_FEATURES}
        )
    try:
        source = reprojection.source_of(data.get("crs"))
    except reprojection.UnknownProjection:
        return _refused(_projection_sentence())
    return _features(data["features"], source, names)


def _features(features: list[Any], source: str, names: Properties) -> Reading:
    places: list[Place] = []
    errors: list[str] = []
    for position, feature in enumerate(features, start=1):
        found = _place(feature, position, source, names)
        if isinstance(found, str):
            errors.append(_("Lieu %(position)d : %(what)s") % {"position": position, "what": found})
        elif any(found.code == place.code for place in places):
            errors.append(
                _("Lieu %(position)d (%(name)s) : le code « %(code)s » est déjà pris dans ce fichier, changez-le.")
                % {"position": position, "name": found.name, "code": found.code}
            )
        else:
            places.append(found)
    points = sum(geometry.count_points(place.outline) for place in places)
    if points > MOST_POINTS:
        errors.append(
            _("Les contours comptent %(number)d points, %(most)d au plus : simplifiez la couche avant de l’exporter.")
            % {"number": points, "most": MOST_POINTS}
        )
    return Reading(tuple(places), tuple(errors))


def _place(feature: object, position: int, source: str, names: Properties) -> Place | str:
    """The place, or what is wrong with it."""
    if not isinstance(feature, Mapping):
        return _("ce n’est pas un lieu ; exportez de nouveau la couche.")
    properties = feature.get("properties")
    facts = properties if isinstance(properties, Mapping) else {}
    name = _words(facts.get(names.name))
    if not name:
        return _("la propriété « %(name)s » manque ; ajoutez-la, ou indiquez celle qui porte le nom.") % {
            "name": names.name
        }
    code = slugify(_words(facts.get(names.code)) or name)
    for value, longest in ((name, Area.name.field.max_length or 0), (code, Area.code.field.max_length or 0)):
        if not 0 < len(value) <= longest:
            return _("« %(value)s » doit avoir de 1 à %(longest)d caractères ; raccourcissez-le.") % {
                "value": (value or name)[:longest],
                "longest": longest,
            }
    population = _population(facts.get(names.population))
    if isinstance(population, str):
        return f"{name}. {population}"
    outline = _outline(feature.get("geometry"), source)
    if isinstance(outline, str):
        return f"{name}. {outline}"
    parent, kind = slugify(_words(facts.get(names.parent))), _kind(facts.get(names.kind))
    return Place(code, name, outline, parent, kind, population, position=position)


def _words(value: object) -> str:
    """One line that a database keeps: JSON may hold control characters, and halves of characters."""
    return text.tidy(str(value or "").encode("utf-8", "replace").decode())


def _outline(found: object, source: str) -> dict[str, Any] | str:
    """The outline in longitudes and latitudes, or what is wrong with it."""
    if source == reprojection.WGS_84 and reprojection.is_lambert_93(found):
        source = reprojection.LAMBERT_93  # many exports forget to say so; no degree is that large
    try:
        if source != reprojection.WGS_84 and isinstance(found, Mapping):
            found = reprojection.to_degrees(found, source)
        return geometry.checked(found)
    except reprojection.UnknownProjection:
        return _projection_sentence()
    except OverflowError:  # an integer that no float holds
        return _outline_sentence("number")
    except geometry.OutlineError as error:
        return _outline_sentence(error.code)


def _population(value: object) -> int | str | None:
    if value in (None, ""):
        return None
    digits = "".join(str(value).split()).removesuffix(".0")
    if not digits.isdecimal() or len(digits) > 8:
        return _("« %(value)s » n’est pas un nombre d’habitants ; écrivez un nombre entier, ou laissez vide.") % {
            "value": _words(value)[:40]
        }
    return int(digits)


def _kind(value: object) -> str:
    """A nature by its code or its French name; « » when the file says something else."""
    said = slugify(str(value or ""))
    words = {slugify(str(kind.label)): kind.value for kind in AreaKind} | {kind.value: kind.value for kind in AreaKind}
    return words.get(said, AreaKind.PRIORITY.value if said in {"qpv", "quartier-prioritaire"} else "")


def _outline_sentence(code: str) -> str:
    if code == "degrees":
        return _projection_sentence()
    return {
        "kind": _("Son contour n’est ni un Polygon ni un MultiPolygon ; exportez une couche de polygones."),
        "ring": _("Son contour n’est pas fermé ; fermez-le : le dernier point répète le premier."),
        "number": _("Une coordonnée n’est pas un nombre ; exportez de nouveau la couche."),
    }[code]


def _projection_sentence() -> str:
    return _(
        "Les coordonnées ne sont ni en WGS 84 ni en Lambert-93 : "
        "exportez la couche en WGS 84 (EPSG:4326), puis recommencez."
    )


def _refused(sentence: str) -> Reading:
    return Reading((), (sentence,))
