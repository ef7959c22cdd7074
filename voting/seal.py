"""Seals, tags and receipts of the vote (PROTOCOL §6.2–6.3). Pure: keys are arguments, nothing is read or kept.

A seal is a PyNaCl sealed box (X25519) of: version (1 byte), poll digest (32), length of the content (2, big-endian),
content, zeros. All seals of a poll have one length. `ref` is SHA-256(seal).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey

VERSION = 1
HEADER = 1 + 32 + 2
OVERHEAD = 48  # a sealed box: ephemeral public key (32) and authenticator (16)
STEP = 64
TAG_LENGTH = 32
NONCE_LENGTH = 16


class CannotSeal(ValueError):  # noqa: N818 -- it reads as what happened
    """The content is larger than the rules of the poll allow: nothing is ever truncated."""


class CannotOpen(ValueError):  # noqa: N818 -- it reads as what happened
    """Not a seal of this poll under this key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A poll's key pair, raw bytes."""

    private: bytes
    public: bytes


def new_keys() -> Keys:
    """A fresh pair. Only practice and replay polls may call this on a server."""
    private = PrivateKey.generate()
    return Keys(bytes(private), bytes(private.public_key))


def keys_of(private: bytes) -> Keys:
    """The pair of a private key."""
    key = PrivateKey(private)
    return Keys(bytes(key), bytes(key.public_key))


def seal_length(longest_content: int) -> int:
    """The one length of all seals of a poll whose longest content has that many bytes."""
    return -(-(HEADER + longest_content) // STEP) * STEP + OVERHEAD


class Sealer:
    """Seals contents for one poll."""

    def __init__(self, *, public_key: bytes, poll_digest: str, length: int) -> None:
        self._box = SealedBox(PublicKey(public_key))
        self._head = bytes([VERSION]) + bytes.fromhex(poll_digest)
        self._room = length - OVERHEAD

    def seal(self, content: bytes) -> bytes:
        """A seal of exactly the poll's length. Raises CannotSeal when the content does not fit."""
        plain = self._head + len(content).to_bytes(2, "big") + content
        if len(plain) > self._room:
            raise CannotSeal
        return self._box.encrypt(plain.ljust(self._room, b"\0"))


class Opener:
    """Opens the seals of one poll."""

    def __init__(self, *, private_key: bytes, poll_digest: str) -> None:
        self._box = SealedBox(PrivateKey(private_key))
        self._head = bytes([VERSION]) + bytes.fromhex(poll_digest)

    def open(self, seal: bytes) -> bytes:
        """The content. Raises CannotOpen for another key, another poll, another version or a broken padding."""
        try:
            plain = self._box.decrypt(seal)
        except (CryptoError, ValueError) as error:
            raise CannotOpen("key") from error
        end = HEADER + int.from_bytes(plain[33:35], "big")
        if plain[:33] != self._head or len(plain) < end or any(plain[end:]):
            raise CannotOpen("content")
        return plain[HEADER:end]


def ref_of(seal: bytes) -> bytes:
    """The reference of a seal."""
    return sha256(seal).digest()


@dataclass(frozen=True, slots=True)
class TagInput:
    """What a tag binds together: one set of seals, for one person, one session, until one moment (epoch seconds)."""

    poll_digest: str
    entry_id: int
    refs: tuple[tuple[str, bytes], ...]
    expires_at: int
    nonce: bytes


def tag(key: bytes, given: TagInput) -> bytes:
    """HMAC-SHA256 over length-prefixed parts: only a review of this very set, by this session, has made it."""
    parts = [b"review/1", given.poll_digest.encode(), str(given.entry_id).encode()]
    for scope, ref in sorted(given.refs):
        parts += [scope.encode(), ref]
    parts += [str(given.expires_at).encode(), given.nonce]
    return hmac.new(key, _prefixed(parts), sha256).digest()


def is_tag(key: bytes, given: TagInput, claimed: bytes) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(tag(key, given), claimed)


def order_seed(key: bytes, poll_digest: str, entry_id: int) -> bytes:
    """What a voter's own random order of projects is drawn from: the same at each visit, tells nothing."""
    return hmac.new(key, _prefixed([b"order/1", poll_digest.encode(), str(entry_id).encode()]), sha256).digest()


def receipt_public_key(seed: bytes) -> bytes:
    """The Ed25519 key that verifies receipts; it is in the sealed JSON."""
    return bytes(SigningKey(seed).verify_key)


def receipt_signature(seed: bytes, poll_digest: str, ref: bytes) -> bytes:
    """The town's signature on (poll digest, ref, "recorded")."""
    return SigningKey(seed).sign(_prefixed([poll_digest.encode(), ref, b"recorded"])).signature


def receipt_message(poll_digest: str, ref: bytes) -> bytes:
    """The bytes a receipt signs, for who verifies one."""
    return _prefixed([poll_digest.encode(), ref, b"recorded"])


def _prefixed(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
