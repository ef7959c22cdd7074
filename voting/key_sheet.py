"""The public sheet of a key (`cle-publique.json`): what the bureau hands over before sealing. Pure.

`offline/bureau.py` writes it: {"v", "title", "public_key", "threshold", "shares", "holders", "rehearsals"}.
The holders' names stay with the bureau."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FEWEST, SPARE, MOST, REHEARSALS = 2, 2, 16, 2
DIGEST = re.compile(r"[0-9a-f]{64}")
LARGEST = 20_000  # bytes


class SheetFault(StrEnum):
    """Why a sheet cannot seal a vote."""

    PUBLIC_KEY = "public_key"
    DIGESTS = "digests"
    THRESHOLD = "threshold"
    TOO_FEW_SHARES = "too_few_shares"
    TOO_MANY_SHARES = "too_many_shares"
    NOT_REHEARSED = "not_rehearsed"


class NotASheet(ValueError):  # noqa: N818 -- it reads as what happened
    """These bytes are no public sheet."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the sealed JSON says of a split key: how many shares open, and the SHA-256 of each, in order."""

    threshold: int
    shares: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeySheet:
    """A public key (hex), its shares' digests, and the sets of shares that were really put together."""

    public_key: str
    threshold: int
    shares: tuple[str, ...]
    rehearsals: tuple[tuple[int, ...], ...]

    @property
    def keys(self) -> Keys:
        return Keys(self.threshold, self.shares)

    def fault(self) -> SheetFault | None:
        """The first reason why this sheet cannot seal a vote."""
        number = len(self.shares)
        if not DIGEST.fullmatch(self.public_key) or not int(self.public_key, 16):
            return SheetFault.PUBLIC_KEY
        if not all(DIGEST.fullmatch(share) for share in self.shares) or len(set(self.shares)) < number:
            return SheetFault.DIGESTS
        if self.threshold < FEWEST:
            return SheetFault.THRESHOLD
        if number < self.threshold + SPARE:
            return SheetFault.TOO_FEW_SHARES
        if number > MOST:
            return SheetFault.TOO_MANY_SHARES
        return None if len(self._rehearsed()) >= REHEARSALS else SheetFault.NOT_REHEARSED

    def _rehearsed(self) -> set[frozenset[int]]:
        """The different sets of enough shares that were put together."""
        everybody = range(1, len(self.shares) + 1)
        sets = {frozenset(done) for done in self.rehearsals}
        return {done for done in sets if len(done) >= self.threshold and all(place in everybody for place in done)}


def read(data: bytes) -> KeySheet:
    """The sheet of a file or of pasted text. Raises NotASheet for anything else."""
    if len(data) > LARGEST:
        raise NotASheet
    try:
        value = json.loads(data)
        sheet = KeySheet(
            public_key=_text(value["public_key"]).lower(),
            threshold=_whole(value["threshold"]),
            shares=tuple(_text(share).lower() for share in value["shares"]),
            rehearsals=tuple(tuple(_whole(place) for place in done) for done in value["rehearsals"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotASheet from error
    if value.get("v") != 1:
        raise NotASheet
    return sheet


def keys_from(value: Mapping[str, Any]) -> Keys | None:
    """The split key of a sealed JSON; None when the key is in one piece (practice, replay)."""
    keys = value.get("keys")
    return Keys(keys["threshold"], tuple(keys["shares"])) if keys else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotASheet
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise NotASheet
    return value
