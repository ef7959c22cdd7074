"""The acts on a review's blocks: written, restored, hidden, shown, moved, added. Nobody overwrites anybody.

Each takes the review's row first; a block gets its own row at its first change.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.documents import uploads
from realisation import policies, selectors
from realisation.models import COMPULSORY, BlockKind, OneYearReview, ReviewBlock
from realisation.services.news import Photo
from realisation.services.reviews import lock

OWN = "texte-"


class Overtaken(Refused):
    """Somebody saved the block in the meantime: both texts are there to be merged, nothing is lost."""

    def __init__(self, block: ReviewBlock) -> None:
        super().__init__(
            no(
                _(
                    "Ce texte a été enregistré par quelqu’un d’autre pendant que vous écriviez : réunissez les deux "
                    "versions, puis enregistrez."
                )
            )
        )
        self.block = block


def write_block(
    review: OneYearReview,
    key: str,
    *,
    by: Actor,
    at: datetime,
    text: str,
    version: int,
    based_on: str = "",
    title: str = "",
    photo: Photo | None = None,
) -> ReviewBlock:
    """Save the words of a block. `version` is the one that was read, `based_on` the digest of what was proposed then.

    Raises Overtaken when another version was saved since. The same words twice are one act.
    """
    role = demand(policies.can_write_review(by, review, at)).role
    words = text.replace("\r\n", "\n").strip()
    with journal.transaction_with_journal():
        block = _block(review, key, by=by, at=at)
        heading = title.strip() if block.kind == BlockKind.OWN else ""
        is_same = block.pk is not None and (block.text, block.title) == (words, heading) and block.is_written
        if is_same and photo is None:
            return block
        if block.version != version and not is_same:
            raise Overtaken(block)
        block.text, block.title, block.based_on = words, heading, based_on
        block.is_written = block.kind == BlockKind.OWN or selectors.text_digest(words) != based_on
        if photo is not None:
            block.picture = uploads.keep_upload(photo.upload, by=by, at=at, alt_text=photo.alt_text, pictures_only=True)
        _save(block, by=by, at=at, act="write_block", role=role)
    return block


def add_block(review: OneYearReview, *, by: Actor, at: datetime, title: str, text: str, key: UUID) -> ReviewBlock:
    """A text of the team's own, before the method. The same `key` twice is one block."""
    role = demand(policies.can_write_review(by, review, at)).role
    with journal.transaction_with_journal():
        locked = lock(review)
        demand(policies.can_write_review(by, locked, at))
        name = f"{OWN}{key.hex[:12]}"
        known = locked.blocks.filter(key=name).first()
        if known is not None:
            return known
        block = ReviewBlock(
            review=locked, key=name, kind=BlockKind.OWN, title=title.strip(), text=text.strip(), is_written=True
        )
        _save(block, by=by, at=at, act="add_block", role=role)
    return block


def restore_block(review: OneYearReview, key: str, *, by: Actor, at: datetime) -> ReviewBlock:
    """Take back the text that the data proposes."""
    role = demand(policies.can_write_review(by, review, at)).role
    with journal.transaction_with_journal():
        block = _block(review, key, by=by, at=at)
        if block.kind == BlockKind.OWN:
            raise Refused(no(_("Ce texte est le vôtre : les données n’en proposent pas d’autre.")))
        block.text, block.is_written, block.based_on = "", False, ""
        _save(block, by=by, at=at, act="restore_block", role=role)
    return block


def hide_block(review: OneYearReview, key: str, *, by: Actor, at: datetime, reason: str) -> ReviewBlock:
    """Leave a block out; the reason stays at the desk. Money, laureates and what is abandoned are never left out."""
    role = demand(policies.can_write_review(by, review, at)).role
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi ce bloc ne figure pas au bilan.")})
    with journal.transaction_with_journal():
        block = _block(review, key, by=by, at=at)
        if block.kind in COMPULSORY:
            raise Refused(no(_("L’argent, les lauréats et les abandons figurent toujours au bilan.")))
        block.is_hidden, block.hidden_reason = True, reason.strip()
        _save(block, by=by, at=at, act="hide_block", role=role, reason=reason.strip())
    return block


def show_block(review: OneYearReview, key: str, *, by: Actor, at: datetime) -> ReviewBlock:
    """Put a hidden block back."""
    role = demand(policies.can_write_review(by, review, at)).role
    with journal.transaction_with_journal():
        block = _block(review, key, by=by, at=at)
        block.is_hidden, block.hidden_reason = False, ""
        _save(block, by=by, at=at, act="show_block", role=role)
    return block


def move_block(review: OneYearReview, key: str, *, by: Actor, at: datetime, up: bool) -> list[str]:
    """Exchange a block with its neighbour; the first does not rise, the last does not fall. Returns the new order."""
    role = demand(policies.can_write_review(by, review, at)).role
    with journal.transaction_with_journal():
        locked = lock(review)
        demand(policies.can_write_review(by, locked, at))
        keys = selectors.block_keys(locked)
        if key not in keys:
            raise Refused(no(_("Ce bloc n’existe pas dans ce bilan.")))
        place = keys.index(key)
        other = place - 1 if up else place + 1
        if 0 <= other < len(keys):
            keys[place], keys[other] = keys[other], keys[place]
            locked.order = keys
            locked.save(update_fields=["order"])
            journal.record(journal.Line(locked.journal_chain, at, by, "move_block", locked, role=role))
    return keys


def remove_picture(review: OneYearReview, key: str, *, by: Actor, at: datetime) -> ReviewBlock:
    """Take the picture out of a block."""
    role = demand(policies.can_write_review(by, review, at)).role
    with journal.transaction_with_journal():
        block = _block(review, key, by=by, at=at)
        block.picture = None
        _save(block, by=by, at=at, act="remove_picture", role=role)
    return block


def _block(review: OneYearReview, key: str, *, by: Actor, at: datetime) -> ReviewBlock:
    """The block's row under the review's lock, a new one if it has none; refused once the review is no draft."""
    locked = lock(review)
    demand(policies.can_write_review(by, locked, at))
    found = locked.blocks.filter(key=key).first()
    if found is not None:
        return found
    if key not in selectors.block_keys(locked):
        raise Refused(no(_("Ce bloc n’existe pas dans ce bilan.")))
    return ReviewBlock(review=locked, key=key, kind=selectors.kind_of(key))


def _save(block: ReviewBlock, *, by: Actor, at: datetime, act: str, role: str, reason: str = "") -> None:
    block.version += 1
    block.changed_at, block.changed_by = at, by if isinstance(by, User) else None
    block.full_clean()
    block.save()
    chain = block.review.journal_chain
    journal.record(journal.Line(chain, at, by, act, block, role=role, reason=reason))
