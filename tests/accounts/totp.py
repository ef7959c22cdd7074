"""What the telephone shows: time-based one-time codes (RFC 6238), six digits, thirty seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def code(secret: str, *, steps: int = 0) -> str:
    """The code of now, or of `steps` half-minutes later: a code serves once, so a second sign-in needs another."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
