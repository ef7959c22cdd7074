#!/usr/bin/env python3
"""The key of a vote: made, split, rehearsed and used on a laptop with the network off (PROTOCOL §6.2).

One file, the standard library and PyNaCl, nothing of the platform. The private key is never written anywhere.

Export of a box (`manage.py export_box`), UTF-8: a line of canonical JSON {"v", "what": "urne", "poll": digest of the
sealed text, "sealed": that text, "closing": the closing statement}, then « ref;scope;seal » in hex, sorted by ref.
Contents: a line {"v", "what": "contenus", "poll", "export"}, then sorted lines [scope, content] or, for a null ballot,
[scope, null, reason, ref]. The same box gives the same bytes on every machine, whichever shares were used.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import html
import json
import os
import re
import secrets
import socket
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

VERSION, KEY, LINES, LINE = 1, 32, 3, 11  # a share: its number, then 32 bytes; on paper, 3 lines of 11 bytes
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PRIME = 2**521 - 1
UNREADABLE, OTHER_SCOPE, INVALID = "unreadable", "other_scope", "invalid"
FEWEST, SPARE, MOST, REHEARSALS, TRIES = 2, 2, 16, 2, 5


class Fault(Exception):  # noqa: N818 -- a sentence for who is at the keyboard
    """What stops the command, in one French sentence."""


# Shamir's sharing, byte by byte over GF(256) (polynomial 0x11b, generator 3)


def _tables() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
    return powers, logs


POWERS, LOGS = _tables()


def _times(a: int, b: int) -> int:
    return POWERS[LOGS[a] + LOGS[b]] if a and b else 0


def split(secret: bytes, threshold: int, number: int) -> list[bytes]:
    """`number` shares, `threshold` of which give the secret back: the share's number (1…), then its bytes."""
    columns = [[byte, *secrets.token_bytes(threshold - 1)] for byte in secret]
    shares = []
    for x in range(1, number + 1):
        values = bytearray([x])
        for column in columns:
            value = 0
            for coefficient in reversed(column):
                value = _times(value, x) ^ coefficient
            values.append(value)
        shares.append(bytes(values))
    return shares


def combine(shares: Sequence[bytes]) -> bytes:
    """What the polynomials through these shares are worth at zero: the secret, if they are enough and true."""
    secret = bytearray(len(shares[0]) - 1)
    for share in shares:
        weight = 1
        for other in shares:
            if other[0] != share[0]:
                ratio = LOGS[other[0]] - LOGS[other[0] ^ share[0]]
                weight = _times(weight, POWERS[ratio % 255])
        for place, byte in enumerate(share[1:]):
            secret[place] ^= _times(byte, weight)
    return bytes(secret)


# A share on paper: 3 lines of 20 characters, each with its own checksum


def _check(number: int, payload: bytes) -> int:
    return int.from_bytes(sha256(bytes([number]) + payload).digest()[:2], "big") >> 4


def written(share: bytes) -> list[str]:
    """The three lines of a share, in groups of 4 characters."""
    lines = []
    for number in range(LINES):
        payload = share[LINE * number : LINE * (number + 1)]
        value = int.from_bytes(payload, "big") << 12 | _check(number, payload)
        text = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(20)))
        lines.append(" ".join(text[i : i + 4] for i in range(0, 20, 4)))
    return lines


def read_line(number: int, typed: str) -> bytes:
    """The bytes of a line (0, 1 or 2). Raises Fault that names the line when it holds a typing error."""
    text = re.sub(r"[\s\-]", "", typed.upper()).translate(str.maketrans("OIL", "011"))
    if len(text) != 20 or any(character not in ALPHABET for character in text):
        raise Fault(f"Ligne {number + 1} : il faut 20 caractères, cinq groupes de quatre ; recopiez-la.")
    value = 0
    for character in text:
        value = value << 5 | ALPHABET.index(character)
    payload = (value >> 12).to_bytes(LINE, "big")
    if value & 0xFFF != _check(number, payload):
        raise Fault(f"Ligne {number + 1} : une faute de frappe ; recopiez cette ligne.")
    return payload


def read_share(text: str) -> bytes:
    """A share from its three lines; what follows a # is a comment."""
    lines = [kept for line in text.splitlines() if (kept := line.split("#")[0].strip())]
    if len(lines) != LINES:
        raise Fault("Une part compte trois lignes : recopiez-les toutes.")
    return b"".join(read_line(number, line) for number, line in enumerate(lines))


def check_shares(shares: Sequence[bytes], digests: Sequence[str], threshold: int) -> None:
    """Each share is one of the published ones, all are different, and they are enough. Before anything is decrypted."""
    for share in shares:
        check_share(share, digests)
    twice = [number for number, times in Counter(share[0] for share in shares).items() if times > 1]
    if twice:
        raise Fault(f"La part {twice[0]} est donnée deux fois : il faut {threshold} parts différentes.")
    if len(shares) < threshold:
        raise Fault(f"Il faut {threshold} parts et il n’y en a que {len(shares)} : rien n’est ouvert.")


def check_share(share: bytes, digests: Sequence[str]) -> None:
    """Raises Fault that names the share when it is not the published one of its number."""
    if not 1 <= share[0] <= len(digests) or sha256(share).hexdigest() != digests[share[0] - 1]:
        raise Fault(f"La part {share[0]} n’est pas celle qui est publiée : elle est altérée, ou d’un autre vote.")


def rebuild(shares: Sequence[bytes], public_key: str) -> bytes:
    """The private key. Raises Fault when it is not the other half of the public one."""
    private = combine(shares)
    if bytes(PrivateKey(private).public_key).hex() != public_key:
        raise Fault("Ces parts ne redonnent pas la clé de ce vote : rien n’est ouvert.")
    return private


def typed_shares(digests: Sequence[str], threshold: int) -> list[bytes]:
    """Ask for the shares at the keyboard, in one sitting; what is typed is not shown. A wrong line is asked again."""
    shares: list[bytes] = []
    while len(shares) < threshold:
        words = f"Part {len(shares) + 1} sur {threshold}"
        share = b"".join(_typed_line(words, number) for number in range(LINES))
        check_shares([*shares, share], digests, len(shares) + 1)
        shares.append(share)
    return shares


def _typed_line(words: str, number: int) -> bytes:
    for _time in range(TRIES):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", getpass.GetPassWarning)  # never where a share would show
                return read_line(number, getpass.getpass(f"{words}, ligne {number + 1} : "))
        except Fault as fault:
            sys.stderr.write(f"{fault}\n")
        except (getpass.GetPassWarning, EOFError) as error:
            raise Fault("Les parts se tapent dans un terminal, où elles ne s’affichent pas : ouvrez-en un.") from error
    raise Fault(f"Ligne {number + 1} : {TRIES} essais sans succès ; vérifiez la feuille, puis recommencez.")


# The box and its contents


@dataclass(frozen=True, slots=True)
class Box:
    """An export that was checked. `rows`: (ref, scope, seal), sorted."""

    poll: str
    sealed: dict[str, Any]
    closing: dict[str, Any]
    rows: list[tuple[bytes, str, bytes]]


def canonical(value: object) -> str:
    """One value, one text: keys sorted, no space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sums_of(refs: Iterable[bytes]) -> list[str]:
    """Two sums of all references, modulo a prime: from them, one that is added, missing or replaced has a name."""
    first = second = 0
    for ref in refs:
        value = int.from_bytes(ref, "big")
        first, second = first + value, second + value * value
    return [f"{first % PRIME:x}", f"{second % PRIME:x}"]


def change_words(refs: Sequence[bytes], closing: dict[str, Any]) -> str:
    """Which reference changed since the closing, when it is a single one."""
    now, then = ([int(text, 16) for text in sums] for sums in (sums_of(refs), closing["refs_sums"]))
    first, second = (now[0] - then[0]) % PRIME, (now[1] - then[1]) % PRIME
    present, grown = {int.from_bytes(ref, "big") for ref in refs}, len(refs) - sum(closing["refs"].values())
    if grown == 1 and first in present:
        return f"le bulletin {first:064x} a été ajouté"
    missing = -first % PRIME
    if grown == -1 and missing * missing % PRIME == -second % PRIME:
        return f"le bulletin {missing:064x} a été retiré"
    if grown == 0 and first:
        both, half = second * pow(first, -1, PRIME), pow(2, -1, PRIME)
        new, old = (both + first) * half % PRIME, (both - first) * half % PRIME
        if new in present:
            return f"le bulletin {old:064x} a été remplacé par {new:064x}"
    return "plusieurs bulletins ont changé, ou leur périmètre"


def export_of(poll: str, sealed: str, closing: object, rows: Iterable[tuple[bytes, str, bytes]]) -> bytes:
    """The export of a box: the same bytes for the same box."""
    head = canonical({"v": VERSION, "what": "urne", "poll": poll, "sealed": sealed, "closing": closing})
    lines = [f"{ref.hex()};{scope};{seal.hex()}" for ref, scope, seal in rows]
    return "\n".join([head, *lines, ""]).encode()


def read_export(data: bytes) -> Box:
    """Read an export and check everything again: sealed text, hash of each seal, order, digests of the closing."""
    try:
        first, *lines = data.decode().split("\n")
        head = json.loads(first)
        sealed, closing, poll = json.loads(head["sealed"]), head["closing"], head["poll"]
        if head["what"] != "urne" or head["v"] != VERSION or lines.pop() != "":
            raise ValueError
        rows = [
            (bytes.fromhex(r), scope, bytes.fromhex(seal)) for r, scope, seal in (line.split(";") for line in lines)
        ]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Fault("Ce fichier n’est pas l’export complet d’une urne : demandez-le à nouveau.") from error
    if sha256(head["sealed"].encode()).hexdigest() != poll:
        raise Fault("Le texte scellé de l’export ne correspond pas à son empreinte : rien n’est ouvert.")
    for ref, _scope, seal in rows:
        if sha256(seal).digest() != ref:
            raise Fault(f"L’urne n’est plus celle de la clôture : le bulletin {ref.hex()} a été changé.")
    refs = [ref for ref, _scope, _seal in rows]
    export = sha256("".join(f"{ref.hex()};{scope}\n" for ref, scope, _seal in rows).encode()).hexdigest()
    if sha256(b"".join(refs)).hexdigest() != closing["refs_digest"] or export != closing["export_digest"]:
        words = "les bulletins ne sont pas rangés" if refs != sorted(refs) else change_words(refs, closing)
        raise Fault(f"L’urne n’est plus celle de la clôture : {words}.")
    return Box(poll, sealed, closing, rows)


def contents_of(poll: str, export: str, lines: Iterable[Sequence[object]]) -> bytes:
    """The contents as a file. `lines`: [scope, content] or [scope, None, reason, ref], sorted here."""
    head = canonical({"v": VERSION, "what": "contenus", "poll": poll, "export": export})
    return "\n".join([head, *sorted(canonical(line) for line in lines), ""]).encode()


def read_contents(data: bytes) -> tuple[dict[str, Any], list[list[Any]]]:
    """The head and the lines of a contents file, which must be sorted. Raises Fault for anything else."""
    try:
        first, *lines = data.decode().split("\n")
        head, rows = json.loads(first), [json.loads(line) for line in lines[:-1]]
        if head["what"] != "contenus" or any(len(row) not in (2, 4) for row in rows):
            raise ValueError
        if not all(isinstance(part, str) for row in rows for part in (row[0], *row[2:])):
            raise ValueError
        if contents_of(head["poll"], head["export"], rows) != data:
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(
            "Ce fichier n’est pas un fichier de contenus, ou il a été modifié : ouvrez l’urne à nouveau."
        ) from error
    return head, rows


def open_box(box: Box, shares: Sequence[bytes]) -> bytes:
    """The contents of a box. Shares are checked before anything is decrypted; if no seal opens, nothing comes out."""
    keys = box.sealed.get("keys")
    if not keys:
        raise Fault("Ce vote n’a pas de parts de clé : il ne s’ouvre pas ainsi.")
    check_shares(shares, keys["shares"], keys["threshold"])
    opener = SealedBox(PrivateKey(rebuild(shares, box.sealed["public_key"])))
    lines = [_opened(opener, box, row) for row in box.rows]
    if lines and all(len(line) == 4 and line[2] == UNREADABLE for line in lines):
        raise Fault("Aucun bulletin ne s’ouvre avec cette clé : rien n’est écrit.")
    return contents_of(box.poll, box.closing["export_digest"], lines)


def _opened(opener: SealedBox[PrivateKey], box: Box, row: tuple[bytes, str, bytes]) -> list[object]:
    ref, scope, seal = row
    try:
        plain = opener.decrypt(seal)
        end = 35 + int.from_bytes(plain[33:35], "big")
        data = plain[35:end]
        value = json.loads(data)
        if plain[:33] != bytes([VERSION]) + bytes.fromhex(box.poll) or any(plain[end:]) or len(plain) < end:
            raise ValueError
        if canonical(value).encode() != data:
            raise ValueError
        reason = _null_reason(value, scope, box.sealed)
    except (CryptoError, ValueError, KeyError, TypeError, IndexError):
        reason = UNREADABLE
    return [scope, None, reason, ref.hex()] if reason else [scope, value]


def _null_reason(value: Any, scope: str, sealed: dict[str, Any]) -> str:
    """Why this content is null; the platform checks the marks of points and rankings again when it reads the file."""
    rule = {row["id"]: row["ballot"] for row in sealed["scopes"]}[value["s"]]
    chosen = [choice if isinstance(choice, list) else [choice, 1] for choice in value["c"]]
    if set(value) != {"c", "s"} or any(type(part) is not int for pair in chosen for part in pair):
        raise ValueError
    if any(position < 0 for position, _mark in chosen):
        raise ValueError
    projects = [sealed["projects"][position] for position, _mark in chosen]
    if chosen and rule["kind"] in ("approval", "choose_one"):
        most = 1 if rule["kind"] == "choose_one" else rule.get("max_choices", len(chosen))
        faults = {
            "unknown_project": any(project["scope"] != value["s"] for project in projects),
            "repeated_project": len({position for position, _mark in chosen}) < len(chosen),
            "too_few": len(chosen) < rule.get("min_choices", 0),
            "too_many": len(chosen) > most,
        }
        if found := next((code for code, is_so in faults.items() if is_so), ""):
            return f"{INVALID}:{found}"
    return "" if value["s"] == scope else OTHER_SCOPE


# The machine


def harden() -> None:
    """No core dump, and no other process of this account reads our memory, where the system allows it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE


def has_network() -> bool:
    """Whether this machine has a route to somewhere else. Nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return True
    return False


def warn_of_network() -> None:
    if has_network():
        sys.stderr.write(
            "ATTENTION : cette machine est reliée à un réseau. Coupez le wifi et débranchez le câble avant de "
            "continuer ; une clé faite ou réunie en ligne n’est plus secrète.\n\n"
        )


def keep(path: Path, data: bytes, *, is_secret: bool = False) -> None:
    """Write a new file; one that exists is never overwritten."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400 if is_secret else 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except FileExistsError as error:
        raise Fault(f"Le fichier {path} existe déjà : choisissez un autre nom.") from error
    except OSError as error:
        raise Fault(f"Impossible d’écrire {path} : vérifiez le dossier.") from error


def read_file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Fault(f"Impossible de lire {path} : vérifiez son nom.") from error


def read_sheet(path: str) -> dict[str, Any]:
    """The public sheet."""
    try:
        sheet: dict[str, Any] = json.loads(read_file(path))
        if sheet["v"] != VERSION or not 2 <= sheet["threshold"] <= len(sheet["shares"]) or not sheet["public_key"]:
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(f"{path} n’est pas la feuille publique d’un vote : donnez « cle-publique.json ».") from error
    return sheet


# The commands


def make(given: argparse.Namespace) -> str:
    """Make the key, split it, write the share of each holder and the public sheet."""
    holders, threshold = [name.strip() for name in given.detenteurs], given.seuil
    if threshold < FEWEST:
        raise Fault(f"Le seuil est d’au moins {FEWEST} parts : une personne seule n’ouvre jamais l’urne.")
    if not threshold + SPARE <= len(holders) <= MOST:
        raise Fault(f"Avec un seuil de {threshold}, il faut de {threshold + SPARE} à {MOST} détenteurs : nommez-les.")
    if len(set(holders)) < len(holders) or not all(holders):
        raise Fault("Chaque détenteur a un nom ou une fonction, différents des autres.")
    warn_of_network()
    folder = Path(given.dossier)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Fault(f"Le dossier {folder} existe déjà ou ne peut être créé : choisissez-en un autre.") from error
    private = PrivateKey.generate()
    public_key = bytes(private.public_key).hex()
    shares = split(bytes(private), threshold, len(holders))
    for kept in (shares[:threshold], shares[-threshold:]):
        rebuild(kept, public_key)
    sheet = {
        "v": VERSION,
        "title": given.titre,
        "public_key": public_key,
        "threshold": threshold,
        "shares": [sha256(share).hexdigest() for share in shares],
        "holders": holders,
        "rehearsals": [],
    }
    for share, holder in zip(shares, holders, strict=True):
        head = f"# {given.titre} · part {share[0]} sur {len(holders)} · {holder}\n"
        keep(folder / f"part-{share[0]}.txt", "\n".join([head, *written(share), ""]).encode(), is_secret=True)
        keep(folder / f"part-{share[0]}.html", _page(sheet, share, holder).encode(), is_secret=True)
    _keep_sheet(folder / "cle-publique.json", sheet)
    return (
        f"{len(holders)} parts écrites dans {folder} : remettez à chacun la sienne, sur papier ou sur sa clé USB.\n"
        f"Répétez maintenant l’ouverture avec deux groupes de {threshold} parts : bureau.py repeter --help"
    )


def _keep_sheet(path: Path, sheet: dict[str, Any]) -> None:
    path.write_text(json.dumps(sheet, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def rehearse(given: argparse.Namespace) -> str:
    """Rebuild the key with these shares, as at the opening, and say so in the public sheet."""
    warn_of_network()
    sheet = read_sheet(given.feuille)
    shares = _shares(given.parts, sheet["shares"], sheet["threshold"])
    rebuild(shares, sheet["public_key"])
    done = sorted(share[0] for share in shares)
    if done not in sheet["rehearsals"]:
        sheet["rehearsals"].append(done)
        _keep_sheet(Path(given.feuille), sheet)
    left = REHEARSALS - len(sheet["rehearsals"])
    words = (
        "La feuille publique est prête pour le scellement." if left <= 0 else "Répétez avec un autre groupe de parts."
    )
    return f"Les parts {', '.join(map(str, done))} redonnent la clé. {words}"


def check(given: argparse.Namespace) -> str:
    """Check one share against the public sheet."""
    sheet = read_sheet(given.feuille)
    [share] = _shares([given.part] if given.part else [], sheet["shares"], 1)
    return f"La part {share[0]} est bonne."


def open_(given: argparse.Namespace) -> str:
    """Open the exported box with enough shares, and write its contents."""
    warn_of_network()
    box = read_export(read_file(given.urne))
    keys = box.sealed.get("keys") or {"shares": [], "threshold": 0}
    sys.stdout.write(f"{box.sealed['title']}, {len(box.rows)} bulletins scellés.\n")
    sys.stdout.write(f"Empreinte du texte scellé, à comparer à celle publiée : {box.poll}\n")
    contents = open_box(box, _shares(given.parts, keys["shares"], keys["threshold"]))
    keep(Path(given.sortie), contents, is_secret=True)
    nulls = [row for row in read_contents(contents)[1] if len(row) == 4]
    said = "".join(f"Nul ({row[0]}, {row[2]}) : {row[3]}\n" for row in nulls)
    return (
        f"{said}{len(box.rows)} bulletins ouverts, dont {len(nulls)} nuls : {given.sortie}\n"
        f"Empreinte des contenus, à noter au procès-verbal : {sha256(contents).hexdigest()}"
    )


def compare(given: argparse.Namespace) -> str:
    """Whether two machines opened the same contents."""
    first, second = (read_file(path) for path in (given.premier, given.second))
    for data in (first, second):
        read_contents(data)
    if first != second:
        raise Fault(
            f"Les deux fichiers diffèrent ({sha256(first).hexdigest()}, {sha256(second).hexdigest()}) : "
            "n’importez rien et rouvrez l’urne sur les deux machines."
        )
    return f"Les deux machines ont ouvert les mêmes contenus : {sha256(first).hexdigest()}"


def _shares(paths: Sequence[str], digests: Sequence[str], threshold: int) -> list[bytes]:
    if not paths:
        return typed_shares(digests, threshold)
    shares = []
    for path in paths:
        try:
            shares.append(read_share(read_file(path).decode(errors="replace")))
        except Fault as fault:
            raise Fault(f"{path} : {fault}") from fault
    check_shares(shares, digests, threshold)
    return shares


def child() -> int:
    """Run by the platform's `open_poll`: shares then export on stdin, contents on stdout, and nothing kept."""
    harden()
    first, _newline, export = sys.stdin.buffer.read().partition(b"\n")
    try:
        contents = open_box(read_export(export), [bytes.fromhex(share) for share in json.loads(first)])
    except Fault as fault:
        sys.stderr.write(str(fault))
        return 2
    sys.stdout.buffer.write(contents)
    return 0


STYLE = """@page{size:A4;margin:20mm}body{font:12pt/1.5 sans-serif;max-width:170mm;margin:auto}h1{font-size:20pt}
.share{border:2px solid;padding:6mm;font:bold 17pt/2 monospace}.share small{font:10pt sans-serif;margin-right:5mm}
code{font-size:9pt;overflow-wrap:anywhere}"""


def _page(sheet: dict[str, Any], share: bytes, holder: str) -> str:
    """The sheet that a holder keeps under envelope."""
    rows = "".join(f"<div><small>{n}</small>{line}</div>" for n, line in enumerate(written(share), start=1))
    of, digest = len(sheet["shares"]), sheet["shares"][share[0] - 1]
    return f"""<!doctype html><html lang="fr"><meta charset="utf-8"><title>Part {share[0]}</title><style>{STYLE}</style>
<p>{html.escape(sheet["title"])}</p><h1>Part {share[0]} sur {of} · {html.escape(holder)}</h1>
<p>Cette part est secrète. Elle ne sert qu’à ouvrir l’urne, après la clôture : il faut réunir {sheet["threshold"]} parts
différentes.</p><div class="share">{rows}</div>
<ul><li>Gardez cette feuille sous enveloppe fermée et signée, dans un lieu que vous seul·e ouvrez.</li>
<li>N’en faites ni photo, ni copie, ni fichier. Ne la lisez à personne avant le jour de l’ouverture.</li>
<li>Le jour venu, tapez vous-même les trois lignes : les espaces ne comptent pas, le zéro et la lettre O se valent.
Une faute de frappe est signalée ligne par ligne.</li>
<li>Si vous la perdez, dites-le aussitôt au bureau. Après la période de recours, elle est
détruite devant témoins.</li></ul>
<p>Empreinte de cette part, publiée : <code>{digest}</code></p>
<p>Clé publique du vote : <code>{sheet["public_key"]}</code></p></html>
"""


class _Parser(argparse.ArgumentParser):
    """argparse with French words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: argparse's own signature
        super().__init__(*args, **kwargs | {"add_help": False})
        self._positionals.title, self._optionals.title = "À donner", "Options"
        self.add_argument("--help", "-h", action="help", help="afficher cette aide")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "Usage :", 1)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"La commande est incomplète ou mal écrite : lisez « {self.prog} --help ».\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bureau.py", description="La clé d’un vote : la fabriquer, la répéter, ouvrir l’urne, hors ligne."
    )
    commands = parser.add_subparsers(title="Commandes", metavar="COMMANDE", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], str], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        return command

    one = add("fabriquer", make, "fabriquer la clé et la couper en parts")
    one.add_argument("--titre", required=True, help="le titre du vote")
    one.add_argument(
        "--seuil", required=True, type=int, metavar="K", help="combien de parts ouvrent l’urne, 2 au moins"
    )
    one.add_argument("--detenteurs", required=True, nargs="+", metavar="QUI",
                     help="une fonction ou un nom par part : au moins deux de plus que le seuil")  # fmt: skip
    one.add_argument("--dossier", required=True, help="un nouveau dossier pour les parts et la feuille publique")
    one = add(
        "repeter", rehearse, "réunir des parts pour de bon, avant le scellement ; deux groupes différents au moins"
    )
    one.add_argument("feuille", help="cle-publique.json")
    one.add_argument("parts", nargs="*", help="fichiers des parts ; sans eux, on les tape")
    one = add("verifier", check, "vérifier une part")
    one.add_argument("feuille", help="cle-publique.json")
    one.add_argument("part", nargs="?", help="fichier de la part ; sans lui, on la tape")
    one = add("ouvrir", open_, "ouvrir l’urne exportée après la clôture")
    one.add_argument("urne", help="le fichier donné par « manage.py export_box »")
    one.add_argument("parts", nargs="*", help="fichiers des parts ; sans eux, on les tape")
    one.add_argument("--sortie", required=True, help="le fichier des contenus à écrire")
    one = add("comparer", compare, "comparer les contenus ouverts par deux machines")
    one.add_argument("premier")
    one.add_argument("second")
    return parser


def main(words: Sequence[str]) -> int:
    if list(words) == ["--enfant"]:
        return child()
    given = _parser().parse_args(words)
    harden()
    try:
        sys.stdout.write(f"{given.run(given)}\n")
    except Fault as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except (EOFError, KeyboardInterrupt):
        sys.stderr.write("Interrompu : rien n’est écrit.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
