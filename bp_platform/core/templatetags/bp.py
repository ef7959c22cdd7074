"""Filters and components of every template (a builtin library: no `{% load %}`).

One tag per component, one template per tag in `templates/components/`; their list and their parameters are in
`templates/components/README.md`. Tags are closed: a component sees its parameters and nothing of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bp_platform.core import calendar, charts, colours, drawings, money, stylesheets
from bp_platform.core.components import (
    BallotCount,
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
    Tone,
)

if TYPE_CHECKING:
    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise

register = template.Library()


# Words for amounts and dates: empty when there is nothing to write


@register.filter
def euros(amount: Decimal | None) -> str:
    """« 62 000 € », with cents when there are some."""
    return "" if amount is None else money.in_words(amount)


@register.filter
def euros_exact(amount: Decimal | None) -> str:
    """« 62 000,00 € », always to the cent."""
    return "" if amount is None else money.in_words(amount, cents=True)


@register.filter
def thousands(number: float | Decimal | None) -> str:
    """« 1 234 567 »."""
    return "" if number is None else number_format(number, force_grouping=True)


@register.filter
def day(value: date | None) -> str:
    """« 1er mars 2026 », in the public body's time zone when it is an instant."""
    if value is None:
        return ""
    return calendar.day_words(calendar.local_day(value) if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | None) -> str:
    """« dimanche 4 octobre 2026 à 20 h »."""
    return "" if value is None else calendar.moment_words(value)


# The page around everything: these read the page's context, and do without what it does not hold


@register.simple_tag(takes_context=True)
def site_name(context: template.Context) -> str:
    """Name of the public body, empty before it is set up."""
    return str(getattr(context.get("town"), "name", ""))


@register.simple_tag(takes_context=True)
def appearance_url(context: template.Context) -> str:
    """Address of the town's own colours; empty when they are those of the product."""
    accent = _accent(context)
    return f"/apparence.css?v={accent[1:]}" if accent != colours.DEFAULT_ACCENT else ""


@register.inclusion_tag("components/topbar.html", takes_context=True)
def topbar(context: template.Context) -> dict[str, Any]:
    town = context.get("town")
    return {
        "name": getattr(town, "name", ""),
        "logo_url": getattr(town, "logo_url", ""),
        "desk": context.get("desk", ""),
        "nav": context.get("nav") or (),
        "account": context.get("account"),
    }


@register.inclusion_tag("components/footer.html", takes_context=True)
def footer(context: template.Context) -> dict[str, Any]:
    return {"name": getattr(context.get("town"), "name", ""), "links": context.get("footer_links") or ()}


@register.inclusion_tag("components/icon.html")
def icon(name: str, label: StrOrPromise = "") -> dict[str, Any]:
    return {"name": name, "label": label}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(links: Sequence[Link]) -> dict[str, Any]:
    return {"links": links}


@register.simple_block_tag
def page_header(
    content: str,
    title: StrOrPromise,
    eyebrow: StrOrPromise = "",
    lead: StrOrPromise = "",
    accent: StrOrPromise = "",
    *,
    big: bool = False,
) -> SafeString:
    return _block("page_header", content, title=title, eyebrow=eyebrow, lead=lead, accent=accent, big=big)


@register.simple_block_tag
def panel(content: str, title: StrOrPromise = "", level: int = 2, id: str = "", tone: str = "") -> SafeString:  # noqa: A002 -- the name of the HTML attribute
    return _block("panel", content, title=title, level=level, id=id, tone=tone)


@register.simple_block_tag
def note(content: str, tone: Tone = "", title: StrOrPromise = "") -> SafeString:
    return _block("note", content, tone=tone, title=title, icon=NOTE_ICONS.get(tone, "info"))


@register.inclusion_tag("components/messages.html")
def message_list(messages: Iterable[Any]) -> dict[str, Any]:
    tones = {"success": "success", "warning": "warning", "error": "error"}
    return {
        "messages": [
            {"text": str(message), "tone": tones.get(message.level_tag, ""), "icon": _message_icon(message.level_tag)}
            for message in messages
        ]
    }


# Acts


@register.inclusion_tag("components/button.html")
def button(
    label: StrOrPromise,
    url: str = "",
    kind: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    disabled_reason: StrOrPromise = "",
    id: str = "button",  # noqa: A002 -- the name of the HTML attribute
    *,
    small: bool = False,
) -> dict[str, Any]:
    return {
        "label": label,
        "url": url,
        "kind": kind,
        "icon": icon,
        "name": name,
        "value": value,
        "form": form,
        "disabled_reason": disabled_reason,
        "id": id,
        "small": small,
    }


@register.simple_block_tag
def confirm(content: str, label: StrOrPromise, question: StrOrPromise = "", tone: str = "") -> SafeString:
    return _block("confirm", content, label=label, question=question, tone=tone)


@register.simple_block_tag
def tray(content: str, counts: Sequence[BallotCount] = ()) -> SafeString:
    return _block("tray", content, counts=counts)


# Forms


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    return {"errors": [error for form in forms for error in _errors(form)]}


@register.inclusion_tag("components/steps.html")
def steps(items: Sequence[Step], label: StrOrPromise = "") -> dict[str, Any]:
    return {"items": items, "label": label}


@register.simple_block_tag
def filters(
    content: str,
    action: str = "",
    search: StrOrPromise = "",
    query: str = "",
    active: int = 0,
    target: str = "",
) -> SafeString:
    return _block("filters", content, action=action, search=search, query=query, active=active, target=target)


# Projects


@register.inclusion_tag("components/line.html")
def line(stations: Sequence[Station], label: StrOrPromise = "") -> dict[str, Any]:
    length = "short" if len(stations) <= 7 else "long" if len(stations) <= 9 else "tall"
    return {"stations": stations, "label": label, "length": length}


@register.inclusion_tag("components/ticket.html")
def ticket(item: Ticket, level: int = 3) -> dict[str, Any]:
    return {"ticket": item, "level": level}


@register.inclusion_tag("components/pick.html")
def pick(item: Pick) -> dict[str, Any]:
    return {"pick": item, "id": f"{item.name}-{item.value}"}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Event]) -> dict[str, Any]:
    return {"events": events}


@register.inclusion_tag("components/tag.html")
def tag(label: StrOrPromise, tone: Tone = "") -> dict[str, Any]:
    return {"label": label, "tone": tone}


@register.simple_tag
def scene_url(kind: str, number: str) -> str:
    """Address of the drawing that stands for a project without a photograph: same theme and number, same drawing."""
    return static(drawings.scene_path(kind, number))


# Lists and figures


@register.inclusion_tag("components/queue.html")
def queue(columns: Sequence[StrOrPromise], rows: Sequence[Row], caption: StrOrPromise = "") -> dict[str, Any]:
    lines = [
        {"row": row, "head": row.cells[0], "cells": list(zip(columns[1:], row.cells[1:], strict=True))} for row in rows
    ]
    numeric = [bool(rows) and rows[0].cells[place].is_number for place in range(len(columns))]
    return {"columns": list(zip(columns, numeric, strict=True)), "lines": lines, "caption": caption}


@register.inclusion_tag("components/results.html")
def results(
    lines: Sequence[ResultLine], unit: StrOrPromise, caption: StrOrPromise = "", won: StrOrPromise = ""
) -> dict[str, Any]:
    return {"lines": lines, "unit": unit, "caption": caption, "won": won or _("Lauréat")}


@register.inclusion_tag("components/counts.html")
def counts(items: Sequence[Count]) -> dict[str, Any]:
    return {"items": items}


@register.inclusion_tag("components/definitions.html")
def definitions(items: Sequence[tuple[StrOrPromise, Any]]) -> dict[str, Any]:
    return {"items": items}


@register.inclusion_tag("components/money_bar.html", takes_context=True)
def money_bar(
    context: template.Context,
    slices: Sequence[Slice],
    total_eur: Decimal,
    label: StrOrPromise,
    id: str = "argent",  # noqa: A002 -- the name of the HTML attribute
) -> dict[str, Any]:
    bar = charts.money_bar(slices, total_eur, id=id, accent_hex=_accent(context))
    return {"bar": bar, "label": label, "id": id}


@register.inclusion_tag("components/progress.html")
def progress(item: Progress) -> dict[str, Any]:
    return {"progress": item}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], label: StrOrPromise = "") -> dict[str, Any]:
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is not None:
        query.pop("page", None)
    prefix = f"?{query.urlencode()}&page=" if query else "?page="
    return {
        "page": page,
        "label": label or _("Pages de la liste"),
        "prefix": prefix,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
    }


@register.simple_block_tag
def empty_state(content: str, title: StrOrPromise, text: StrOrPromise = "", kind: str = "") -> SafeString:
    picture = static(drawings.scene_path(kind, "0")) if kind else ""
    return _block("empty_state", content, title=title, text=text, picture=picture)


# Doors


@register.simple_block_tag
def card(
    content: str, title: StrOrPromise, icon: str = "", text: StrOrPromise = "", level: int = 2, *, off: bool = False
) -> SafeString:
    return _block("card", content, title=title, icon=icon, text=text, level=level, off=off)


@register.inclusion_tag("components/receipt.html")
def receipt(code: str, label: StrOrPromise = "", *, copy: bool = True) -> dict[str, Any]:
    return {"code": code, "label": label, "copy": copy, "is_long": len(code) > 32}


@register.inclusion_tag("components/qr.html")
def qr(address: str, label: StrOrPromise) -> dict[str, Any]:
    return {"drawing": mark_safe(charts.qr(address)), "label": label}  # noqa: S308 -- made by segno from the address alone


# Paper and e-mail


@register.simple_tag(takes_context=True)
def print_css(context: template.Context) -> SafeString:
    """The stylesheet of PDFs as text, with the fonts as local files and the town's accent."""
    return mark_safe(stylesheets.for_paper(_accent(context)))  # noqa: S308 -- our own file and a checked colour


@register.simple_tag(takes_context=True)
def email_css(context: template.Context) -> SafeString:
    """The stylesheet of e-mails as text, in the town's accent."""
    return mark_safe(stylesheets.for_email(_accent(context)))  # noqa: S308 -- our own file and a checked colour


NOTE_ICONS: dict[str, str] = {"success": "check", "warning": "warning", "error": "warning", "signal": "clock"}


def _accent(context: template.Context) -> str:
    """The town's colour, or the product's where the town has none that can be read."""
    accent = str(getattr(context.get("town"), "accent", "")).lower()
    return accent if accent and not colours.accent_refusal(accent) else colours.DEFAULT_ACCENT


def _message_icon(level: str) -> str:
    return NOTE_ICONS.get(level, "info")


def _block(component: str, content: str, **values: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", {"content": content, **values})


def _errors(form: BaseForm) -> list[dict[str, str]]:
    found = [{"target": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else _first_input(field)
        lead_in = _lead_in(str(field.label))
        begun = capfirst if lead_in.endswith(("?", "!")) else str  # after a question, a sentence begins
        found += [{"target": target, "label": lead_in, "text": begun(str(error))} for error in field.errors]
    return found


def _lead_in(label: str) -> str:
    """« Votre courriel : », but « Où ? » as it is."""
    return label if label.endswith(("?", "!", ":")) else _("%(label)s :") % {"label": label}


def _first_input(field: BoundField) -> str:
    """The id that a link of the summary goes to; a group of boxes has none of its own."""
    return field.id_for_label or f"{field.auto_id}_0"
