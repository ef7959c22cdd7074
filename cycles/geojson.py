"""A GeoJSON file of places, read feature by feature: what can be kept, and one sentence for each thing that cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from cycles import geometry
from cycles.models import Area

WGS_84 = ("CRS84", "4326")


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the file."""

    code: str
    name: str
    outline: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """The places of a file and what is wrong with it; it is taken whole or not at all."""

    places: tuple[Place, ...]
    errors: tuple[str, ...]


def read(content: bytes, *, name_property: str = "nom", code_property: str = "code") -> Reading:
    """Read a FeatureCollection in WGS 84. A missing code is made from the name."""
    try:
        data = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = getattr(error, "lineno", 1)
        return _refused(
            _("Ligne %(line)d : ce fichier n’est pas du GeoJSON ; exportez-le de nouveau, en UTF-8.") % {"line": line}
        )
    if not isinstance(data, Mapping) or not isinstance(data.get("features"), list) or not data["features"]:
        return _refused(_("Ce fichier ne contient aucun lieu : exportez une couche de polygones (FeatureCollection)."))
    if not _is_wgs_84(data.get("crs")):
        return _refused(_lambert_sentence())
    return _features(data["features"], name_property, code_property)


def _features(features: list[Any], name_property: str, code_property: str) -> Reading:
    places: list[Place] = []
    errors: list[str] = []
    for position, feature in enumerate(features, start=1):
        found = _place(feature, name_property, code_property)
        if isinstance(found, str):
            errors.append(_("Lieu %(position)d : %(what)s") % {"position": position, "what": found})
        elif any(found.code == place.code for place in places):
            errors.append(
                _("Lieu %(position)d (%(name)s) : le code « %(code)s » est déjà pris dans ce fichier, changez-le.")
                % {"position": position, "name": found.name, "code": found.code}
            )
        else:
            places.append(found)
    return Reading(tuple(places), tuple(errors))


def _place(feature: object, name_property: str, code_property: str) -> Place | str:
    """The place, or what is wrong with it."""
    if not isinstance(feature, Mapping):
        return _("ce n’est pas un lieu ; exportez de nouveau la couche.")
    properties = feature.get("properties")
    facts = properties if isinstance(properties, Mapping) else {}
    name = str(facts.get(name_property) or "").strip()
    if not name:
        return _("la propriété « %(name)s » manque ; ajoutez-la, ou nommez la bonne avec --name-property.") % {
            "name": name_property
        }
    code = slugify(str(facts.get(code_property) or name))
    for value, longest in ((name, Area.name.field.max_length or 0), (code, Area.code.field.max_length or 0)):
        if not 0 < len(value) <= longest:
            return _("« %(value)s » doit avoir de 1 à %(longest)d caractères ; raccourcissez-le.") % {
                "value": value or name,
                "longest": longest,
            }
    try:
        return Place(code, name, geometry.checked(feature.get("geometry")))
    except geometry.OutlineError as error:
        return f"{name}. {_outline_sentence(error.code)}"


def _outline_sentence(code: str) -> str:
    if code == "degrees":
        return _lambert_sentence()
    return {
        "kind": _("Son contour n’est ni un Polygon ni un MultiPolygon ; exportez une couche de polygones."),
        "ring": _("Son contour n’est pas fermé ; fermez-le : le dernier point répète le premier."),
        "number": _("Une coordonnée n’est pas un nombre ; exportez de nouveau la couche."),
    }[code]


def _lambert_sentence() -> str:
    return _(
        "Les coordonnées ne sont pas en WGS 84 (sans doute en Lambert-93) : "
        "exportez la couche en WGS 84 (EPSG:4326), puis recommencez."
    )


def _is_wgs_84(crs: object) -> bool:
    """No `crs` means WGS 84 since RFC 7946; older exports name it."""
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = str(properties.get("name", "")) if isinstance(properties, Mapping) else ""
    return name.endswith(WGS_84)


def _refused(sentence: str) -> Reading:
    return Reading((), (sentence,))
