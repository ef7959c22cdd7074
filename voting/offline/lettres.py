#!/usr/bin/env python3
"""The printer's side of the letters: make a key, then read the stream that the town encrypted for it.

One file, given to the printer as it is: Python 3.9, PyNaCl and nothing of the project. What it says is in French.
The format is described in `voting/letter_stream.py`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, BinaryIO, TextIO

try:
    from nacl import exceptions
    from nacl.public import PrivateKey, SealedBox
    from nacl.secret import SecretBox
except ImportError:
    sys.exit("Il manque le paquet PyNaCl : pip install pynacl")

HELP = """Chez l'imprimeur : fabriquer une clé, puis lire les lettres que la ville a chiffrées pour elle.

    python3 lettres.py cle DOSSIER
        fabrique la paire de clés. DOSSIER/cle-privee.txt ne sort jamais de votre machine ; donnez à la ville
        les 64 caractères qui s'affichent, et comparez-les avec elle au téléphone.

    python3 lettres.py lire FICHIER.chiffre --cle DOSSIER/cle-privee.txt --dans DOSSIER
        vérifie que le fichier est complet et intact, puis écrit dans DOSSIER :
        lettres.html      à imprimer depuis un navigateur, A4, une page par lettre, enveloppe à fenêtre (C5 ou DL)
        publipostage.csv  pour un atelier de publipostage (UTF-8, point-virgule)

Ce programme se suffit : il demande Python 3.9 ou plus récent et le paquet PyNaCl (pip install pynacl).
Travaillez sur une machine hors ligne ; après l'impression, effacez les deux fichiers : ils contiennent les codes.
"""
MAGIC = b"BPLETTRES1\n"
SEALED_KEY = 80
LINES_OF_PLACES, LINE_LENGTH = 6, 70
MOST_IN_A_FRAME = 64 * 1024 * 1024


class Unreadable(Exception):  # noqa: N818 -- it reads as what the file is
    """The file does not open; the sentence says why and what to do."""


def frames(stream: BinaryIO, private: PrivateKey) -> Iterator[list[dict[str, Any]]]:
    """The frames in order, each one checked; a file cut short, changed or made for another key is refused."""
    if stream.read(len(MAGIC)) != MAGIC:
        raise Unreadable("Ce fichier n'est pas un fichier de lettres chiffrées : vérifiez lequel vous avez choisi.")
    try:
        box = SecretBox(SealedBox(private).decrypt(stream.read(SEALED_KEY)))
    except (exceptions.CryptoError, ValueError, TypeError):
        raise Unreadable("Ce fichier n'a pas été chiffré pour cette clé : demandez à la ville la sienne.") from None
    number, is_last = 0, False
    while not is_last:
        size = int.from_bytes(stream.read(4), "big")
        if not 0 < size <= MOST_IN_A_FRAME:
            raise Unreadable(f"Le fichier est coupé au bloc {number} : la ville doit refaire ces lettres.")
        sealed = stream.read(size)
        plain = None
        for flag in (0, 1):
            nonce = number.to_bytes(8, "big") + bytes([flag]) + bytes(SecretBox.NONCE_SIZE - 9)
            try:
                plain, is_last = box.decrypt(sealed, nonce), flag == 1
                break
            except (exceptions.CryptoError, ValueError):
                continue
        if plain is None:
            raise Unreadable(f"Le fichier est abîmé ou coupé au bloc {number} : la ville doit refaire ces lettres.")
        yield [json.loads(line) for line in plain.decode().split("\n") if line]
        number += 1
    if stream.read(1):
        raise Unreadable("Le fichier contient quelque chose après sa fin : la ville doit refaire ces lettres.")


def read(source: Path, private: PrivateKey, folder: Path) -> int:
    """Write both files and return the number of letters. When it is refused, nothing is left."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page, table = folder / "lettres.html", folder / "publipostage.csv"
    try:
        with source.open("rb") as stream, _private(page) as html, _private(table) as rows:
            return _write(frames(stream, private), html, rows)
    except BaseException:
        for path in (page, table):
            path.unlink(missing_ok=True)
        raise


def _write(blocks: Iterator[list[dict[str, Any]]], html: TextIO, rows: TextIO) -> int:
    [facts] = next(blocks)
    html.write(HEAD.format(title=escape(f"Lettres du lot {facts['batch']}")))
    writer = csv.writer(rows, delimiter=";", lineterminator="\r\n")
    writer.writerow(["nom", "adresse_1", "adresse_2", "adresse_3", "code_postal_ville", "code", "adresse_web", "lot"])
    written = 0
    for block in blocks:
        for letter in block:
            if "code" not in letter:
                if letter.get("letters") != written:
                    raise Unreadable("Il n'y a pas le nombre de lettres annoncé : la ville doit les refaire.")
                for _more in blocks:  # the end is the end: nothing may follow it
                    break
                html.write("</body></html>\n")
                return written
            html.write(page_of(facts, letter))
            writer.writerow(row_of(facts, letter))
            written += 1
    raise Unreadable("Le fichier est coupé : la ville doit refaire ces lettres.")


def row_of(facts: dict[str, Any], letter: dict[str, Any]) -> list[str]:
    """A line of the mailing: three lines of address at most, then the town."""
    lines = [line for line in letter["address"].split("\n") if line]
    first, town = lines[:-1][:3], lines[-1] if lines else ""
    first += [""] * (3 - len(first))
    return [_safe(value) for value in (letter["name"], *first, town, letter["code"], facts["url"], str(facts["batch"]))]


def _safe(value: str) -> str:
    """A spreadsheet runs nothing that somebody has for a name."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t") else value


def page_of(facts: dict[str, Any], letter: dict[str, Any]) -> str:
    """One letter, one page."""
    sender = "<br>".join(escape(line) for line in [facts["town"], *facts["sender"].split("\n")] if line)
    address = "<br>".join(escape(line) for line in [letter["name"], *letter["address"].split("\n")] if line)
    shown = _that_fit(facts["places"])
    places = "".join(f"<li>{_place(place)}</li>" for place in shown)
    more = "<li>et d'autres lieux, sur le site ou au téléphone</li>" if len(facts["places"]) > len(shown) else ""
    ways = [f"appelez le {facts['phone']}"] if facts["phone"] else []
    ways += [f"écrivez à {facts['email']}"] if facts["email"] else []
    reach = escape(" ou ".join(ways) or "passez à la mairie")
    page = LETTER.format(
        sender=sender,
        address=address,
        title=escape(facts["title"]),
        practice="<p><b>Ce vote est un essai : il ne décide rien.</b></p>" if facts["is_practice"] else "",
        opens=escape(facts["opens"]),
        closes=escape(facts["closes"]),
        projects=facts["projects"],
        url=escape(facts["url"].split("://", 1)[-1]),
        code=" ".join(f"<span>{escape(group)}</span>" for group in letter["code"].split(" ")),
        places=f"<ul>{places}{more}</ul>" if places else "",
        where="dans l'un de ces lieux" if places else "dans un lieu de vote",
        reach=reach[0].upper() + reach[1:],
        town=escape(facts["town"]),
        foot=escape(f"Lot {facts['batch']}" + (f" · n° {letter['number']}" if letter["number"] else "")),
    )
    for plain, printed in (("'", "’"), (" :", "\u00a0:"), (" ?", "\u00a0?"), (" ;", "\u00a0;")):
        page = page.replace(plain, printed)
    return page


def _place(place: dict[str, str]) -> str:
    where = f", {escape(place['address'])}" if place["address"] else ""
    when = f" : {escape(place['hours'])}" if place["hours"] else ""
    return f"<b>{escape(place['name'])}</b>{where}{when}"


def _that_fit(places: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first places, as many as the page has lines for: a letter is one page."""
    lines, shown = LINES_OF_PLACES, []
    for place in places:
        lines -= 1 + (sum(len(place[part]) for part in ("name", "address", "hours")) + 4) // LINE_LENGTH
        if lines < 0:
            break
        shown.append(place)
    return shown


HEAD = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{title}</title>
<style>
@page {{ size: A4; margin: 0; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #fff; font: 12pt/1.33 Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
  color: #000; }}
.lettre {{ position: relative; width: 210mm; height: 297mm; padding: 98mm 20mm 0; overflow: hidden;
  break-after: page; }}
.de {{ position: absolute; left: 20mm; top: 15mm; width: 80mm; }}
.a {{ position: absolute; left: 108mm; top: 48mm; width: 92mm; line-height: 1.25; }}
h1 {{ margin: 0 0 3mm; font-size: 18pt; line-height: 1.2; }}
h2 {{ margin: 3.5mm 0 1mm; font-size: 13pt; }}
p, ul {{ margin: 0 0 1.5mm; }}
ul {{ padding-left: 6mm; }}
.code {{ margin: 2mm 0; padding: 2.5mm 5mm; border: 0.7mm solid #000;
  font: bold 24pt/1.2 "DejaVu Sans Mono", Consolas, monospace; }}
.code span {{ display: inline-block; margin-right: 6mm; white-space: nowrap; }}
.bas {{ position: absolute; left: 20mm; right: 20mm; bottom: 10mm; font-size: 12pt; text-align: right; }}
@media screen {{ body {{ background: #ddd; }} .lettre {{ margin: 6mm auto; background: #fff; }} }}
</style></head><body>
"""

LETTER = """<section class="lettre">
<div class="de">{sender}</div>
<div class="a">{address}</div>
<h1>{title} : à vous de choisir</h1>
{practice}<p>Vous pouvez voter du {opens} au {closes}, une seule fois, pour les {projects} projets proposés.</p>
<h2>Votre code personnel</h2>
<div class="code">{code}</div>
<p>Avec votre année de naissance, il vous ouvre l'isoloir. Gardez-le pour vous : personne n'a à vous le demander,
pas même la mairie.</p>
<h2>En ligne</h2>
<p>Ouvrez <b>{url}</b>, recopiez le code, indiquez votre année de naissance, choisissez, vérifiez, déposez.</p>
<h2>Sur place, sur papier ou sur une tablette</h2>
<p>Présentez-vous {where} avec une pièce d'identité ; un agent vous aide si vous le souhaitez. Cette lettre n'est
pas obligatoire.</p>
{places}<h2>Une question, une lettre abîmée ou perdue ?</h2>
<p>{reach} : un nouveau code peut vous être envoyé, l'ancien ne vaudra plus.</p>
<div class="bas">{foot}</div>
</section>
"""


def make_key(folder: Path) -> str:
    """Make the pair of keys; returns the public one, 64 characters."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "cle-privee.txt"
    if path.exists():
        raise Unreadable(f"{path} existe déjà : choisissez un autre dossier, une clé ne se remplace pas par mégarde.")
    private = PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as out:
        out.write(bytes(private).hex() + "\n")
    public = bytes(private.public_key).hex()
    (folder / "cle-publique.txt").write_text(public + "\n", encoding="ascii")
    return public


def load_key(path: Path) -> PrivateKey:
    try:
        return PrivateKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError, TypeError, exceptions.CryptoError):
        raise Unreadable(f"{path} n'est pas une clé privée lisible : donnez le fichier fait par « cle ».") from None


def _private(path: Path) -> TextIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    bom = "utf-8-sig" if path.suffix == ".csv" else "utf-8"
    return os.fdopen(os.open(path, flags, 0o600), "w", encoding=bom, newline="")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(dest="acte", required=True)
    key = acts.add_parser("cle", help="fabriquer la paire de clés")
    key.add_argument("dossier", type=Path)
    opening = acts.add_parser("lire", help="lire un fichier chiffré")
    opening.add_argument("fichier", type=Path)
    opening.add_argument("--cle", type=Path, required=True, help="le fichier de la clé privée")
    opening.add_argument("--dans", type=Path, default=Path("lettres"), help="où écrire (lettres/)")
    given = parser.parse_args(arguments)
    try:
        if given.acte == "cle":
            public = make_key(given.dossier)
            groups = " ".join(public[i : i + 4] for i in range(0, 16, 4))
            sys.stdout.write(f"Clé publique, à donner à la ville :\n{public}\nÀ comparer au téléphone : {groups}\n")
        else:
            written = read(given.fichier, load_key(given.cle), given.dans)
            letters = "lettres" if written > 1 else "lettre"
            sys.stdout.write(f"{written} {letters} dans {given.dans}. Effacez-les après l'impression.\n")
    except (Unreadable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
