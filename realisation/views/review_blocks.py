"""One block of a review: written, restored, hidden, shown, moved, added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import publication
from realisation import policies, selectors, services
from realisation.forms import BlockForm, HideForm, NewBlockForm, refuse
from realisation.models import BlockKind, OneYearReview, ReviewBlock
from realisation.selectors import DeskBlock, Draft
from realisation.views.reviews import plan_context


def write(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """The words of a block beside its figures; saving keeps them, and leads to the next block if asked."""
    now = timezone.now()
    review, draft, item = _found(request, cycle, key, now)
    is_own, theirs = item.block.kind == BlockKind.OWN, None
    form = BlockForm(request.POST or None, request.FILES or None, is_own=is_own, initial=_initial(item))
    if request.method == "POST" and form.is_valid():
        try:
            services.write_block(review, key, by=request.user, at=now, **_words(form))
        except services.Overtaken as error:
            theirs = error.block
            form = _over(form, theirs, item, is_own=is_own)
            refuse(form, error)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(title)s » est enregistré.") % {"title": item.block.title})
            return _onwards(request, cycle, draft, key)
    context = _one(review, draft, item, now) | {"form": form, "theirs": _shown(theirs, item) if theirs else None}
    context["may_write"] = policies.can_write_review(request.user, review, now)
    return render(request, "realisation/review_block.html", context, status=422 if form.errors else 200)


def _found(request: MemberRequest, cycle: str, key: str, now: datetime) -> tuple[OneYearReview, Draft, DeskBlock]:
    review = policies.review_for(request.user, cycle, now)
    draft = selectors.draft(review, now)
    item = draft.find(key)
    if item is None or review.published_at is not None:
        raise Http404
    return review, draft, item


def _initial(item: DeskBlock) -> dict[str, Any]:
    title, words = item.block.title, item.block.text
    return {"title": title, "text": words, "version": item.version, "based_on": item.based_on}


def _words(form: BlockForm) -> dict[str, Any]:
    data = form.cleaned_data
    picture = data.get("photo")
    photo = services.Photo(picture, alt_text=data["alt_text"]) if picture else None
    return {
        "text": data["text"],
        "title": data.get("title", ""),
        "version": data["version"],
        "based_on": data["based_on"],
        "photo": photo,
    }


def _over(form: BlockForm, theirs: ReviewBlock, item: DeskBlock, *, is_own: bool) -> BlockForm:
    """The same words, ready to be saved over the version that is now shown beside them."""
    mine = {name: form.data.get(name, "") for name in ("title", "text", "alt_text")}
    again = BlockForm(mine | {"version": theirs.version, "based_on": item.based_on}, is_own=is_own)
    again.is_valid()
    return again


def _shown(theirs: ReviewBlock, item: DeskBlock) -> dict[str, str]:
    """What the other person saved: their words, or the data's if they took these back."""
    return {"title": theirs.title, "text": theirs.text if theirs.is_written else item.proposed}


def _onwards(request: MemberRequest, cycle: str, draft: Draft, key: str) -> HttpResponse:
    following = draft.after(key)
    if "suivant" in request.POST and following:
        return see_other("realisation:write_block", cycle, following.key)
    return see_other(reverse("realisation:write_review", args=[cycle]) + f"#{key}")


def _one(review: OneYearReview, draft: Draft, item: DeskBlock, now: datetime) -> dict[str, Any]:
    """What the page of one block shows: its figures as the public would read them."""
    alone = selectors.page_of(selectors.only(draft, item), review.cycle)
    row = review.blocks.select_related("picture").filter(key=item.key).first()
    picture = row.picture if row else None
    return {
        "review": review,
        "cycle": review.cycle,
        "item": item,
        "page": alone,
        "following": draft.after(item.key),
        "picture_url": publication.private_url(picture, now) if picture else "",
        "picture_alt": picture.alt_text if picture else "",
        "desk": _("Bilans"),
    }


@require_POST
def add(request: MemberRequest, cycle: str) -> HttpResponse:
    """A text of the team's own."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    form = NewBlockForm(request.POST)
    if form.is_valid():
        try:
            block = services.add_block(review, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(title)s » est ajouté au bilan.") % {"title": block.title})
            return see_other(reverse("realisation:write_review", args=[cycle]) + f"#{block.key}")
    context = plan_context(request, review, now, new_form=form)
    return render(request, "realisation/write_review.html", context, status=422)


def hide(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """Leave a block out, and say why to the desk."""
    now = timezone.now()
    review, _draft, item = _found(request, cycle, key, now)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hide_block(review, key, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(title)s » ne figure plus au bilan.") % {"title": item.block.title})
            return see_other(reverse("realisation:write_review", args=[cycle]) + f"#{key}")
    context = {"review": review, "cycle": review.cycle, "item": item, "form": form, "desk": _("Bilans")}
    return render(request, "realisation/hide_block.html", context, status=422 if form.errors else 200)


@require_POST
def show(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """Put a hidden block back."""
    return _change(request, cycle, key, services.show_block, _("« %(title)s » figure de nouveau au bilan."))


@require_POST
def restore(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """Take back the text that the data proposes."""
    return _change(request, cycle, key, services.restore_block, _("« %(title)s » reprend le texte proposé."))


@require_POST
def unpicture(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """Take the picture out."""
    return _change(request, cycle, key, services.remove_picture, _("« %(title)s » n’a plus d’image ajoutée."))


def _change(request: MemberRequest, cycle: str, key: str, act: Callable[..., ReviewBlock], said: str) -> HttpResponse:
    now = timezone.now()
    review, _draft, item = _found(request, cycle, key, now)
    try:
        act(review, key, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"title": item.block.title})
    return see_other(reverse("realisation:write_review", args=[cycle]) + f"#{key}")


@require_POST
def move(request: MemberRequest, cycle: str, key: str) -> HttpResponse:
    """Exchange it with the block before or after it."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    try:
        services.move_block(review, key, by=request.user, at=now, up="monter" in request.POST)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return see_other(reverse("realisation:write_review", args=[cycle]) + f"#{key}")
