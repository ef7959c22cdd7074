"""A review as blocks in their order: what the data proposes, what somebody wrote over it, what the public reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.accounts.selectors import assignments_on
from cycles.models import Cycle
from proposals.models import Proposal
from realisation import figures as values
from realisation import sentences
from realisation.figures import Block, Document, Figures
from realisation.models import COMPULSORY, BlockKind, OneYearReview, ReviewBlock
from realisation.selectors.review_dates import is_designated_by_body, vote_of
from realisation.selectors.review_figures import CHOSEN, LANGUAGE, figures_of, photo_of

BEFORE = (BlockKind.OVERVIEW, BlockKind.PARTICIPATION, BlockKind.ANSWERS, BlockKind.VOTE)
AFTER = (
    BlockKind.MONEY,
    BlockKind.CHANGES,
    BlockKind.LEFTOVER,
    BlockKind.LESSONS,
    BlockKind.NEXT,
    BlockKind.METHOD,
)
LAUREATE = "laureat-"
WORDS_ONLY = (BlockKind.LESSONS, BlockKind.NEXT, BlockKind.OWN)


@dataclass(frozen=True, slots=True)
class DeskBlock:
    """A block as its writers see it: what is shown, what the data proposes, and what was done to it."""

    block: Block
    proposed: str
    version: int = 0
    is_written: bool = False
    is_hidden: bool = False
    hidden_reason: str = ""
    remark: str = ""
    is_stale: bool = False

    @property
    def key(self) -> str:
        return self.block.key

    @property
    def may_be_hidden(self) -> bool:
        return self.block.kind not in COMPULSORY

    @property
    def is_empty(self) -> bool:
        return self.block.kind in WORDS_ONLY and not self.block.text.strip()

    @property
    def based_on(self) -> str:
        return text_digest(self.proposed)


@dataclass(frozen=True, slots=True)
class Draft:
    """A review that is being written: its figures of that moment, and all its blocks, hidden ones included."""

    figures: Figures
    blocks: Sequence[DeskBlock]

    @property
    def document(self) -> Document:
        """What would be published: hidden blocks and those that say nothing are left out."""
        shown = tuple(item.block for item in self.blocks if not item.is_hidden and not item.is_empty)
        return Document(self.figures, shown)

    def find(self, key: str) -> DeskBlock | None:
        return next((item for item in self.blocks if item.key == key), None)

    def after(self, key: str) -> DeskBlock | None:
        """The block that follows, for who writes them one after the other."""
        keys = [item.key for item in self.blocks]
        place = keys.index(key) + 1 if key in keys else len(keys)
        return self.blocks[place] if place < len(keys) else None


def draft(review: OneYearReview, at: datetime) -> Draft:
    """The review as the data and its writers make it at that moment; its queries do not grow with the laureates."""
    found = figures_of(review.cycle, at)
    rows = {row.key: row for row in review.blocks.select_related("picture").order_by("pk")}
    titles = {project.number: project.title for project in found.laureates}
    has_vote = found.vote is not None
    keys = in_order(_keys(has_vote=has_vote, numbers=list(titles), own=_own(rows.values())), review.order)
    with translation.override(LANGUAGE):
        blocks = [_desk_block(key, rows.get(key), found, titles, review.remarks) for key in keys]
    return Draft(found, blocks)


def only(found: Draft, item: DeskBlock) -> Document:
    """One block alone, to be drawn beside its words: its figures as the public would read them."""
    return Document(found.figures, (item.block,))


def _desk_block(
    key: str, row: ReviewBlock | None, found: Figures, titles: Mapping[str, str], remarks: Mapping[str, str]
) -> DeskBlock:
    kind, number = kind_of(key), key.removeprefix(LAUREATE)
    proposed = sentences.proposed(kind, found, number)
    title = titles.get(number) or (row.title if row and row.title else str(BlockKind(kind).label))
    if row is None:
        return DeskBlock(Block(key, kind, title, proposed), proposed, remark=remarks.get(key, ""))
    photo = photo_of(row.picture) if row.picture else None
    words = row.text if row.is_written else proposed
    return DeskBlock(
        block=Block(key, kind, title, words, photo),
        proposed=proposed,
        version=row.version,
        is_written=row.is_written,
        is_hidden=row.is_hidden,
        hidden_reason=row.hidden_reason,
        remark=remarks.get(key, ""),
        is_stale=row.is_written and bool(row.based_on) and row.based_on != text_digest(proposed),
    )


def kind_of(key: str) -> str:
    """Which kind of block a key names."""
    if key.startswith(LAUREATE):
        return BlockKind.LAUREATE
    return BlockKind.OWN if key.startswith("texte-") else key


def text_digest(words: str) -> str:
    """SHA-256 (hex) of a text, to know later whether what was proposed has changed."""
    return hashlib.sha256(words.encode()).hexdigest()


def block_keys(review: OneYearReview) -> list[str]:
    """The keys of all blocks, in their order; without computing any figure."""
    chosen = Proposal.objects.filter(Q(stage__in=CHOSEN) | Q(delivery__isnull=False), cycle=review.cycle)
    numbers = list(chosen.order_by("number").values_list("number", flat=True))
    own = _own(review.blocks.filter(kind=BlockKind.OWN).order_by("pk"))
    return in_order(_keys(has_vote=vote_of(review.cycle) is not None, numbers=numbers, own=own), review.order)


def _own(rows: object) -> list[str]:
    return [row.key for row in rows if row.kind == BlockKind.OWN]  # type: ignore[attr-defined] # rows of blocks


def _keys(*, has_vote: bool, numbers: Sequence[str], own: Sequence[str]) -> list[str]:
    first = [str(kind) for kind in BEFORE if has_vote or kind != BlockKind.VOTE]
    last = [str(kind) for kind in AFTER]
    return [*first, *(f"{LAUREATE}{number}" for number in numbers), *last[:-1], *own, last[-1]]


def in_order(keys: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """The keys as somebody ordered them; one that came since follows the one it follows by default."""
    known = set(keys)
    ordered = [key for key in chosen if key in known]
    for place, key in enumerate(keys):
        if key not in ordered:
            ordered.insert(ordered.index(keys[place - 1]) + 1 if place else 0, key)
    return ordered


def published_document(review: OneYearReview) -> Document:
    """What was published, as it was."""
    return values.read(review.document or {})


def review_of(cycle: Cycle) -> OneYearReview | None:
    """The edition's review, scheduled or not yet; one query."""
    return OneYearReview.objects.select_related("cycle").filter(cycle=cycle).first()


def figures_moved(review: OneYearReview, figures: Figures) -> bool:
    """Whether the figures have changed since somebody validated them."""
    return bool(review.validated_digest) and review.validated_digest != values.digest(figures)


def missing_step(review: OneYearReview | None) -> str:
    """What is still to do before the review is out, as one sentence; « » once it is."""
    if review is None:
        return _("Il n’est pas encore prévu.")
    if review.state == "draft":
        return _("Il est en brouillon : il reste à le soumettre, à le valider et à le publier.")
    if review.state == "submitted":
        who = review.validator.shown_name if review.validator else _("une élue ou un élu")
        return _("Il attend sa validation par %(who)s, puis sa publication.") % {"who": who}
    return _("Il est validé : il reste à le publier.") if review.state == "validated" else ""


def validators_of(review: OneYearReview, at: datetime) -> QuerySet[User]:
    """Who may be asked to sign it: elected members and heads (and the body that designates) who wrote none of it."""
    roles = [Role.ELECTED, Role.HEAD, *([Role.COMMITTEE] if is_designated_by_body(review.cycle) else [])]
    held = assignments_on(at).filter(user=OuterRef("pk"), role__in=roles)
    wrote = review.blocks.filter(changed_by=OuterRef("pk"))
    return User.objects.filter(Exists(held), ~Exists(wrote), is_active=True).order_by("last_name", "first_name", "pk")
