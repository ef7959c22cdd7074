"""Secret codes that people copy by hand: Crockford base32, no ambiguous letter, kept only as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code(characters: int) -> str:
    """A random code of that many characters, 5 bits each, from a CSPRNG."""
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))


def derived_code(characters: int, purpose: str, seed: str) -> str:
    """The code that this seed always gives, as unguessable as the pepper: the same form posted twice has one code."""
    message = f"derived:{purpose}\x00{seed}".encode()
    value = int.from_bytes(hmac.new(bytes.fromhex(settings.BP_CODE_PEPPER), message, hashlib.sha256).digest())
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(characters))


def check_character(code: str) -> str:
    """Crockford's check character: the code as a number, modulo 37."""
    value = 0
    for character in code:
        value = (value * 32 + ALPHABET.index(character)) % 37
    return CHECK_ALPHABET[value]


def normalise(typed: str) -> str:
    """What somebody typed, without spaces or dashes, lookalike letters read as digits."""
    return "".join(typed.upper().split()).replace("-", "").replace("\u2011", "").translate(_LOOKALIKES)


def grouped(code: str, size: int = 4) -> str:
    """« K7QM 2XHD 9PVR »: for the eye."""
    return " ".join(code[i : i + size] for i in range(0, len(code), size))


def digest(purpose: str, code: str) -> str:
    """The keyed hash under which a code is stored (HMAC-SHA256 with the pepper, hex); never the code itself."""
    message = f"{purpose}\x00{normalise(code)}".encode()
    return hmac.new(bytes.fromhex(settings.BP_CODE_PEPPER), message, hashlib.sha256).hexdigest()
