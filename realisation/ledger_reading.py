"""An export of the finance software as a file gives it: titles understood, movements read line by line.

Nothing is written here and nothing is asked of the database. « Mandat » is read as « payé »: it is the town's last act
before the treasury's; when the same file also tells payments, they alone count and the mandats are left aside. A file
that tells no bill has them in its mandats, which order what is due: each then stands for its bill too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.core import text
from bp_platform.core.money import CENT
from bp_platform.documents.spreadsheets import Row, Unreadable
from bp_platform.documents.tables import Fault, Getter, plain, unreadable_sentence
from realisation.models import EntryKind

TITLES_WITHIN = 15  # a title, a date of extraction or empty lines may stand above the headings
LARGEST = Decimal(10) ** 10
SERIAL_DAY_0 = date(1899, 12, 30)
DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[T ].*)?")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")

LABELS = {
    "project": gettext_lazy("projet"),
    "kind": gettext_lazy("nature"),
    "amount": gettext_lazy("montant"),
    "date": gettext_lazy("date"),
    "document": gettext_lazy("pièce"),
    "label": gettext_lazy("objet"),
    "third": gettext_lazy("tiers"),
    "reference": gettext_lazy("référence"),
    "year": gettext_lazy("exercice"),
    "cancels": gettext_lazy("référence annulée"),
}
FORMS = {
    "project": "numero de projet|numero projet|n projet|n de projet|projet|code projet|operation|code operation|"
    "n operation|numero d operation|numero operation|n d operation|code analytique|analytique",
    "kind": "nature|nature de l ecriture|nature du mouvement|type|type d ecriture|type de mouvement|type mouvement|"
    "etape|etat|stade|type de piece|mouvement",
    "amount": "montant|montant ttc|montant t t c|ttc|mt ttc|montant en euros|montant eur|montant euros|mt|somme",
    "date": "date|date de l ecriture|date ecriture|date comptable|date de mouvement|date piece|date de piece|"
    "date de la piece|date d emission|date emission|date de paiement|date du mouvement",
    "document": "piece|n piece|n de piece|numero de piece|piece justificative|n mandat|n de mandat|numero de mandat|"
    "n facture|n de facture|numero de facture|n engagement|n d engagement|numero d engagement|bordereau|justificatif",
    "label": "objet|libelle|libelle de l ecriture|designation|intitule|libelle piece|objet de la depense",
    "third": "tiers|fournisseur|nom du tiers|raison sociale|creancier|beneficiaire|nom tiers|nom fournisseur",
    "reference": "reference|ref|reference unique|identifiant|id|identifiant unique|n interne|numero unique|"
    "n ligne|numero de ligne|reference ecriture|reference de l ecriture|n ecriture|numero d ecriture",
    "year": "exercice|annee|exercice comptable",
    "cancels": "reference annulee|annule la reference|mandat annule|piece annulee|n mandat annule|reference d origine|"
    "mandat d origine|piece d origine",
}
FIELD_OF = {form: name for name, forms in FORMS.items() for form in forms.split("|")}
NEEDED = ("project", "kind", "amount", "date")

CANCELS = re.compile(r"\b(annul\w*|degagement|desengagement|reduction|titre|avoir|reversement)\b")
ORDERED = "ordered"  # a mandat: paid, unless the file tells payments too
KINDS = (  # the first that the words hold; « mandat de paiement » is a mandat
    (re.compile(r"\bmandat\w*"), ORDERED),
    (re.compile(r"\b(paiement\w*|payes?|payees?|reglement\w*|decaissement\w*|titre)\b"), EntryKind.PAID),
    (re.compile(r"\b(factures?|facturation|facturee?s?|liquid\w*|service fait|avoir)\b"), EntryKind.INVOICED),
    (re.compile(r"\b(engage\w*|commandes?|marche|degagement|desengagement)\b"), EntryKind.COMMITTED),
)  # fmt: skip
BUDGET = re.compile(r"\b(budget\w*|inscri\w*|credits?|vote\w*|ap|cp)\b")


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of an export, understood. `origin` is what names it for ever; a negative amount cancels an entry.

    `cancels` is the origin of the entry that it names by its number, « » when the file does not say.
    """

    line: int
    number: str
    kind: EntryKind
    amount_eur: Decimal
    on_date: date
    document: str
    label: str
    origin: str
    cancels: str = ""
    reference: str = ""


@dataclass(slots=True)
class Read:
    """What the file says, once it has been read to its end."""

    movements: list[Movement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    elsewhere: list[tuple[int, str]] = field(default_factory=list)
    ordered_aside: int = 0
    mandats: int = 0
    billed: int = 0


def read(rows: Iterable[Row], *, prefix: str) -> Read:
    """Read a whole export for the edition whose projects are numbered `prefix`-0000."""
    return _Reading(rows, prefix).run()


class _Reading:
    def __init__(self, rows: Iterable[Row], prefix: str) -> None:
        self._rows = rows
        said, apart = re.escape(prefix), r"[\s\-_./]"
        self._carried = re.compile(rf"{said}(?:{apart}*(\d{{4,6}})(?!\d)|{apart}+(\d{{1,3}})(?!\d|{apart}*\d))")
        self._prefix = prefix
        self._columns: dict[str, int] = {}
        self._kind_places: list[int] = []
        self._out = Read()
        self._same: Counter[str] = Counter()
        self._lines: list[tuple[int, list[str]]] = []

    def run(self) -> Read:
        out = self._out
        try:
            for line, cells in self._rows:
                if self._columns:
                    self._lines.append((line, [text.tidy(cell) for cell in cells]))
                else:
                    self._find_headings(line, cells)
        except Unreadable as error:
            out.faults.append(Fault(error.line, unreadable_sentence(error, headings=_no_headings())))
            return out
        if not self._columns:
            out.faults.append(Fault(0, _no_headings()))
        elif not self._lines:
            out.faults.append(Fault(0, _("Le fichier n’a que ses titres : il n’y a rien à importer.")))
        if not out.faults:
            self._read_lines()
        return out

    def _find_headings(self, line: int, cells: Sequence[str]) -> None:
        found: dict[str, int] = {}
        ignored = []
        for place, cell in enumerate(cells):
            name = FIELD_OF.get(plain(cell))
            if name and name not in found:
                found[name] = place
            elif cell.strip():
                ignored.append(text.tidy(cell)[:60])
        if len(found) < 3:
            if line > TITLES_WITHIN:
                raise Unreadable("headings", line)
            return
        self._columns, out = found, self._out
        self._kind_places = [place for place, cell in enumerate(cells) if FIELD_OF.get(plain(cell)) == "kind"]
        out.understood, out.ignored = [str(LABELS[name]) for name in found], ignored
        for name in NEEDED:
            if name not in found:
                said = _("Il manque la colonne « %(name)s » : ajoutez-la, ou donnez ce titre à celle qui la contient.")
                out.faults.append(Fault(line, said % {"name": LABELS[name]}))
        if not found.keys() & {"document", "reference"}:
            said = _("Il manque la colonne « pièce » ou « référence » : chaque écriture porte le numéro de sa pièce.")
            out.faults.append(Fault(line, said))

    def _read_lines(self) -> None:
        kinds = self._kinds()
        tells_payments = EntryKind.PAID in kinds
        for (line, cells), kind in zip(self._lines, kinds, strict=True):
            get = Getter(self._columns, cells)
            number = self._number_of(get("project"))
            if not number:
                if _is_total(cells):
                    continue
                self._out.elsewhere.append((line, get("project")[:60]))
                continue
            if kind == ORDERED and tells_payments:
                self._out.ordered_aside += 1
                continue
            self._out.mandats += kind == ORDERED
            movement = self._movement(line, get, number, EntryKind.PAID if kind == ORDERED else kind)
            if movement is not None:
                self._out.movements.append(movement)

        self._bill_mandats()

    def _kinds(self) -> list[str]:
        """Of each line. « Nature » may also title the accounts of the chart: the column that tells steps is kept."""
        told = [
            [_kind_of(cells[place] if place < len(cells) else "") for _line, cells in self._lines]
            for place in self._kind_places
        ]
        best = max(range(len(told)), key=lambda n: sum(1 for kind in told[n] if kind))
        self._columns["kind"] = self._kind_places[best]
        return told[best]

    def _bill_mandats(self) -> None:
        """A file without any bill: each payment brings its own."""
        movements = self._out.movements
        if any(m.kind == EntryKind.INVOICED for m in movements):
            return
        twins = [
            replace(m, kind=EntryKind.INVOICED, origin=_billed(m.origin), cancels=_billed(m.cancels))
            for m in movements
            if m.kind == EntryKind.PAID
        ]
        self._out.billed = len(twins)
        movements.extend(twins)

    def _number_of(self, given: str) -> str:
        """« OP-BP25-0143-SKATE » is the project BP25-0143; « » for what is not of this edition."""
        found = self._carried.search(given.upper())
        return f"{self._prefix}-{int(found[1] or found[2]):04d}" if found else ""

    def _movement(self, line: int, get: Getter, number: str, kind: str) -> Movement | None:
        before = len(self._out.faults)
        if not kind:
            self._say(line, "kind", _unknown_kind(get("kind")))
        amount = self._amount(line, get)
        day = self._day(line, get("date"))
        document = get("document") or get("reference")
        label = " · ".join(part for part in (get("third"), get("label")) if part) or document
        if not document:
            self._say(line, "document", _("elle manque ; écrivez le numéro de la pièce."))
        elif len(document) > 120:
            self._say(line, "document", _("plus de 120 signes ; raccourcissez-la."))
        if len(self._out.faults) > before or amount is None or day is None:
            return None
        reference = plain(f"{get('year')} {get('reference')}") if get("reference") else ""
        if len(reference) > 100:
            self._say(line, "reference", _("plus de 100 signes ; raccourcissez-la."))
            return None
        entry_kind = EntryKind(kind)
        cancelled = plain(f"{get('year')} {get('cancels')}") if get("cancels") else reference
        return Movement(
            line=line,
            number=number,
            kind=entry_kind,
            amount_eur=amount,
            on_date=day,
            document=document,
            label=label if len(label) <= 160 else label[:159].rstrip() + "…",
            origin=self._origin(entry_kind, reference, number, amount, day, document, label),
            cancels=f"{entry_kind}:{cancelled}" if amount < 0 and cancelled else "",
            reference=get("reference"),
        )

    def _origin(self, kind: EntryKind, reference: str, *facts: object) -> str:
        """The number that the software gives the line; without one (and for a cancellation, whose number is often that
        of what it cancels), a digest of what it says and its occurrence in the file."""
        number, amount, day, document, label = facts
        if reference and Decimal(str(amount)) > 0:
            return f"{kind}:{reference}"
        said = "\n".join(
            (kind, str(number), f"{amount:.2f}", str(day), plain(str(document)), plain(str(label)), reference)
        )
        digest = sha256(said.encode()).hexdigest()[:40]
        self._same[digest] += 1
        return f"{kind}#{digest}:{self._same[digest]}"

    def _amount(self, line: int, get: Getter) -> Decimal | None:
        given = get("amount")
        amount = amount_of(given)
        if not given:
            self._say(line, "amount", _("il manque ; écrivez-le en euros, toutes taxes comprises."))
        elif amount is None:
            said = _("« %(given)s » n’est pas un montant ; écrivez-le comme 4 200,50.")
            self._say(line, "amount", said % {"given": given[:30]})
        elif amount != amount.quantize(CENT):
            self._say(
                line, "amount", _("« %(given)s » a plus de deux décimales ; arrondissez-le.") % {"given": given[:30]}
            )
        elif amount == 0 or abs(amount) >= LARGEST:
            self._say(line, "amount", _("« %(given)s » ne peut pas être un mouvement.") % {"given": given[:30]})
        else:
            amount = amount.quantize(CENT)
            return -amount if amount > 0 and CANCELS.search(plain(get("kind"))) else amount
        return None

    def _day(self, line: int, given: str) -> date | None:
        day = day_of(given)
        if not given:
            self._say(line, "date", _("elle manque ; écrivez-la comme 14/07/2026."))
        elif day is None:
            said = _("« %(given)s » n’est pas une date ; écrivez-la comme 14/07/2026.")
            self._say(line, "date", said % {"given": given[:30]})
        return day

    def _say(self, line: int, column: str, remedy: str) -> None:
        said = _("Ligne %(line)d, %(column)s : %(remedy)s")
        self._out.faults.append(Fault(line, said % {"line": line, "column": LABELS[column], "remedy": remedy}))


def _billed(origin: str) -> str:
    return f"{EntryKind.INVOICED}{origin.removeprefix(EntryKind.PAID)}~" if origin else ""


def _kind_of(given: str) -> str:
    words = plain(given)
    return next((str(kind) for pattern, kind in KINDS if pattern.search(words)), "")


def _unknown_kind(given: str) -> str:
    words = plain(given)
    if BUDGET.search(words):
        return _("un crédit voté ne s’importe pas ; saisissez-le aux comptes, avec la décision qui l’accorde.")
    said = _("« %(given)s » n’est pas reconnu ; écrivez engagement, facture, mandat ou paiement.")
    return (
        said % {"given": given[:40]} if given else _("elle manque ; écrivez engagement, facture, mandat ou paiement.")
    )


def _is_total(cells: Sequence[str]) -> bool:
    """« Total », « Sous-total 2026 »: what a spreadsheet adds under its columns."""
    first = next((cell for cell in cells if cell), "")
    return bool(re.match(r"(sous )?total|cumul|solde", plain(first)))


def amount_of(given: str) -> Decimal | None:
    """« 1 234,56 € », « -12,5 », « (12,50) », « 12,50- », « 1.234,56 », « 1234.56 »; None when it is no amount."""
    words = re.sub(r"[\s\u00a0\u202f']|€|EUR|euros?", "", given, flags=re.IGNORECASE).replace("\u2212", "-")
    is_negative = words.startswith("(") and words.endswith(")")
    words = words.strip("()")
    if words.endswith("-"):
        is_negative, words = True, words[:-1]
    if "," in words:
        if not re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d*", words):
            return None
        words = words.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", words):
        return None
    try:
        amount = Decimal(words)
    except InvalidOperation:
        return None
    near = amount.quantize(CENT) if abs(amount) < LARGEST else amount
    if abs(amount - near) < Decimal("0.000001"):  # what a spreadsheet's binary numbers leave behind
        amount = near
    return -amount if is_negative else amount


def day_of(given: str) -> date | None:
    """« 14/07/2026 », « 14.7.26 », « 2026-07-14 », or the number by which a spreadsheet keeps a day."""
    try:
        if found := YEAR_FIRST.fullmatch(given):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := DAY_FIRST.fullmatch(given):
            year = int(found[3])
            return date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))
    except ValueError:
        return None
    if re.fullmatch(r"[34]\d{4}(\.\d+)?", given):
        return SERIAL_DAY_0 + timedelta(days=int(given.partition(".")[0]))
    return None


def _no_headings() -> str:
    return _(
        "Aucune ligne de titres n’est reconnue : la première doit nommer « projet » (ou « opération »), « nature », "
        "« montant » et « date »."
    )
