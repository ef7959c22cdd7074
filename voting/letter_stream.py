"""The stream of letters, encrypted for one printer as it is made; what `offline/lettres.py` reads back. Pure.

Format, all integers big-endian:

    "BPLETTRES1\\n"                      11 bytes
    a random key, sealed to the printer  80 bytes (X25519 sealed box of 32 bytes)
    frames: length (4 bytes), then a secret box of that length; its nonce is the frame's number (8 bytes), 1 for the
    last frame and 0 for the others (1 byte), zeros (15 bytes); it is not sent

A frame is JSON lines in UTF-8: the first says what the letters have in common, the next ones hold one letter a line,
the last one says how many there are. A frame moved, changed, left out, or a stream cut short does not open.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence

from nacl import exceptions
from nacl.public import PublicKey, SealedBox
from nacl.secret import SecretBox

MAGIC = b"BPLETTRES1\n"
KEY_LENGTH = 32
Line = Mapping[str, object]


class WrongKeyError(ValueError):
    """These bytes are no public key that anything can be sealed to."""


class Writer:
    """Frames in order; `close` gives the last one, without which the reader refuses the whole."""

    def __init__(self, public_key: bytes) -> None:
        key = secrets.token_bytes(KEY_LENGTH)
        try:
            self.header = MAGIC + SealedBox(PublicKey(public_key)).encrypt(key)
        except (exceptions.CryptoError, TypeError, ValueError) as error:
            raise WrongKeyError from error
        self._box, self._frames, self._letters = SecretBox(key), 0, 0

    def facts(self, facts: Line) -> bytes:
        """What every letter says."""
        return self._frame([facts])

    def letters(self, letters: Sequence[Line]) -> bytes:
        """Some letters."""
        self._letters += len(letters)
        return self._frame(letters)

    def close(self) -> bytes:
        """How many letters there were."""
        return self._frame([{"letters": self._letters}], is_last=True)

    def _frame(self, lines: Sequence[Line], *, is_last: bool = False) -> bytes:
        plain = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
        nonce = self._frames.to_bytes(8, "big") + bytes([is_last]) + bytes(SecretBox.NONCE_SIZE - 9)
        self._frames += 1
        sealed = self._box.encrypt(plain, nonce).ciphertext
        return len(sealed).to_bytes(4, "big") + sealed
