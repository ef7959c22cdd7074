"""A roll as a file gives it: headings understood, people read line by line, each fault said with its remedy.

Nothing is written here. Counts are whole; only the first faults, namesakes and rows are kept to be shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bp_platform.core import text
from bp_platform.documents.spreadsheets import Row, Unreadable
from bp_platform.documents.tables import Fault, Getter, plain, unreadable_sentence

SHOWN_ROWS = 10
SHOWN_FAULTS = 100
SHOWN_ALIKE = 50
_TITLES_WITHIN = 10  # a title, « sep=; » or empty lines may stand above the headings
_OLDEST = 1900
_SERIAL_DAY_0 = date(1899, 12, 30)
_FIRST_DATE = 60  # a spreadsheet's serial number of a day, after its false 29 February 1900
_DATE = re.compile(r"(?:\d{1,2}[/.\- ]\d{1,2}[/.\- ](\d{4})|(\d{4})-\d{2}-\d{2})(?:[T ].*)?")

LABELS = {
    "number": gettext_lazy("numéro"),
    "name": gettext_lazy("nom"),
    "used_name": gettext_lazy("nom d’usage"),
    "first": gettext_lazy("prénom"),
    "whole_name": gettext_lazy("nom et prénom"),
    "year": gettext_lazy("année de naissance"),
    "date": gettext_lazy("date de naissance"),
    "extra": gettext_lazy("complément d’adresse"),
    "street_number": gettext_lazy("numéro de voie"),
    "street": gettext_lazy("adresse"),
    "postcode": gettext_lazy("code postal"),
    "town": gettext_lazy("ville"),
    "scope": gettext_lazy("périmètre"),
}
_FORMS = {
    "number": "numero|no|n|num|numero sur la liste|numero d electeur|numero electeur|numero d inscription|identifiant",
    "name": "nom|nom de naissance|nom de famille|nom patronymique|nom naissance",
    "used_name": "nom d usage|nom usage|nom d epouse|nom marital",
    "first": "prenom|prenoms|prenom s",
    "whole_name": "nom et prenom|nom prenom|prenom nom|prenom et nom|nom complet|nom et prenoms|noms et prenoms",
    "year": "annee de naissance|annee naissance|annee|ne en|nee en",
    "date": "date de naissance|date naissance|naissance|ne le|nee le|ne e le",
    "extra": "complement|complement d adresse|complement adresse|complement 1|adresse 2|batiment|residence|lieu dit",
    "street_number": "numero de voie|numero voie|numero de rue",
    "street": "adresse|adresse postale|adresse 1|voie|rue|libelle de voie|libelle voie",
    "postcode": "code postal|cp|codepostal",
    "town": "ville|commune|localite",
    "scope": "perimetre|quartier|secteur|zone",
}
_FIELD_OF = {form: name for name, forms in _FORMS.items() for form in forms.split("|")}


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody as the file names them, ready to be entered."""

    line: int
    name: str
    birth_year: int
    number: str
    postal_address: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Who is on the roll already: numbers, and keys of those who have none."""

    numbers: Set[str] = frozenset()
    keys: Set[int] = frozenset()


@dataclass(slots=True)
class Tally:
    """What the reading found, once it has been run to its end."""

    understood: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    first: list[Read] = field(default_factory=list)
    new: int = 0
    already: int = 0
    without_address: int = 0
    by_scope: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    alike: list[Fault] = field(default_factory=list)
    alike_count: int = 0


ELECTED = gettext_lazy(
    "« %(name)s » est élu·e, et l’article 6 exclut les élu·es du vote ; supprimez la ligne, ou ajoutez au nom d’un "
    "homonyme ce qui l’en distingue, par exemple « (né en 1990) »."
)


def words_of(name: str) -> frozenset[str]:
    """A name by its words, whatever their order and their capitals."""
    return frozenset(plain(name).split())


class Reading:
    """One reading of a file. Iterate it for those who are new and without fault; then look at its `tally`."""

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        scopes: Sequence[tuple[str, str]],
        year: int,
        known: Known,
        minimum_age: int = 0,
        maximum_age: int | None = None,
        elected: Collection[frozenset[str]] = (),
    ) -> None:
        """`scopes`: identifier and name, the first for who has none; `year`: that of the vote; `elected`: the names of
        who may not vote, as `words_of` reads them."""
        self.tally = Tally()
        self._rows, self._year, self._known = rows, year, known
        self._minimum_age, self._maximum_age, self._elected = minimum_age, maximum_age, elected
        self._default, self._scope_names = scopes[0][0], [name for _id, name in scopes]
        self._scopes = {plain(word): scope for scope, name in scopes for word in (scope, name)}
        self._numbers: dict[str, int] = {}
        self._people: dict[int, int] = {}
        self._columns: dict[str, int] = {}

    def __iter__(self) -> Iterator[Read]:
        try:
            for line, cells in self._rows:
                if not self._columns:
                    self._find_headings(line, cells)
                    continue
                read = self._person(line, [text.tidy(cell) for cell in cells])
                if read is not None and self._is_new(read):
                    yield read
        except Unreadable as error:
            self._say(error.line, unreadable_sentence(error, headings=_no_headings()))
            return
        if not self._columns:
            self._say(0, _("Aucune ligne de titres n’est reconnue : la première doit nommer « Nom » et « Prénom »."))
        elif not (self.tally.new or self.tally.already or self.tally.fault_count):
            self._say(0, _("Le fichier n’a que ses titres : il n’y a personne à inscrire."))

    def _find_headings(self, line: int, cells: Sequence[str]) -> None:
        found: dict[str, int] = {}
        ignored = []
        for place, cell in enumerate(cells):
            name = _FIELD_OF.get(plain(cell))
            if name and name not in found:
                found[name] = place
            elif cell.strip():
                ignored.append(text.tidy(cell)[:60])
        if len(found) < 2:
            if line > _TITLES_WITHIN:
                raise Unreadable("headings", line)
            return
        self._columns = found
        self.tally.understood, self.tally.ignored = [str(LABELS[name]) for name in found], ignored
        if not found.keys() & {"name", "used_name", "whole_name"}:
            self._say(line, _("Il manque la colonne « Nom » : ajoutez-la, ou donnez ce titre à celle qui le contient."))
        if not found.keys() & {"year", "date"}:
            self._say(
                line,
                _("Il manque la colonne « Année de naissance » (ou « Date de naissance ») : sans elle, pas de code."),
            )

    def _person(self, line: int, cells: Sequence[str]) -> Read | None:
        before = self.tally.fault_count
        get = Getter(self._columns, cells)
        name, number = _name(get), get("number")
        if not name:
            self._fault(line, "name", _("il manque ; écrivez-le ou supprimez la ligne."))
        if len(name) > 120:
            self._fault(line, "name", _("plus de 120 signes ; raccourcissez-le."))
        if name and words_of(name) in self._elected:
            self._fault(line, "name", ELECTED % {"name": name})
        if len(number) > 40:
            self._fault(line, "number", _("plus de 40 signes ; raccourcissez-le."))
        year = self._birth_year(line, get)
        scopes = self._scopes_of(line, get("scope"))
        if number and (first := self._numbers.setdefault(number, line)) != line:
            self._fault(
                line,
                "number",
                _("« %(number)s » est déjà à la ligne %(line)d ; supprimez l’une des deux.")
                % {"number": number, "line": first},
            )
        if self.tally.fault_count > before:
            return None
        read = Read(line, name, year, number, _address(get), scopes)
        if len(self.tally.first) < SHOWN_ROWS:
            self.tally.first.append(read)
        return read

    def _is_new(self, read: Read) -> bool:
        """Count them; False for who is on the roll already."""
        key = key_of(read.name, read.birth_year, read.postal_address)
        if read.number in self._known.numbers if read.number else key in self._known.keys:
            self.tally.already += 1
            return False
        first = self._people.setdefault(key, read.line)
        if first != read.line:
            self.tally.alike_count += 1
            if len(self.tally.alike) < SHOWN_ALIKE:
                said = _("Lignes %(first)d et %(line)d : même nom, même année de naissance, même adresse (%(name)s).")
                words = said % {"first": first, "line": read.line, "name": read.name}
                self.tally.alike.append(Fault(read.line, words))
        self.tally.new += 1
        self.tally.without_address += not read.postal_address
        self.tally.by_scope.update(read.scopes)
        return True

    def _birth_year(self, line: int, get: Getter) -> int:
        if not self._columns.keys() & {"year", "date"}:
            return 0  # said once, at the headings
        name = "year" if get("year") or "date" not in self._columns else "date"
        given = get(name)
        year = _year_of(given, may_be_serial=name == "date")
        if not given:
            self._fault(line, name, _("elle manque ; écrivez-la en quatre chiffres : sans elle, pas de code."))
        elif year is None:
            said = (
                _("« %(given)s » n’est pas une année ; écrivez-la en quatre chiffres.")
                if name == "year"
                else _("« %(given)s » n’est pas une date ; écrivez-la comme 14/07/1978.")
            )
            self._fault(line, name, said % {"given": given[:30]})
        elif not _OLDEST <= year <= self._year:
            self._fault(
                line, name, _("« %(given)s » n’est pas une naissance possible ; vérifiez-la.") % {"given": given[:30]}
            )
        elif self._year - year < self._minimum_age:
            said = _("« %(given)s » : il faut avoir %(age)d ans l’année du vote ; corrigez ou supprimez la ligne.")
            self._fault(line, name, said % {"given": given[:30], "age": self._minimum_age})
        elif self._maximum_age is not None and self._year - year > self._maximum_age:
            said = _(
                "« %(given)s » : il faut avoir %(age)d ans au plus l’année du vote ; corrigez ou supprimez la ligne."
            )
            self._fault(line, name, said % {"given": given[:30], "age": self._maximum_age})
        return year or 0

    def _scopes_of(self, line: int, given: str) -> tuple[str, ...]:
        if not given:
            return (self._default,)
        words = [given] if plain(given) in self._scopes else re.split(r"[+,;|]", given)
        found = {self._scopes.get(plain(word), "") for word in words}
        if "" in found:
            said = _("« %(given)s » n’est pas un périmètre de ce vote ; écrivez %(names)s.")
            names = text.enumerate_fr([f"«\u00a0{name}\u00a0»" for name in self._scope_names[:8]], _("ou"))
            self._fault(line, "scope", said % {"given": given[:40], "names": names})
        return tuple(sorted(found))

    def _fault(self, line: int, column: str, remedy: str) -> None:
        said = _("Ligne %(line)d, %(column)s : %(remedy)s")
        self._say(line, said % {"line": line, "column": LABELS[column], "remedy": remedy})

    def _say(self, line: int, sentence: str) -> None:
        self.tally.fault_count += 1
        if len(self.tally.faults) < SHOWN_FAULTS:
            self.tally.faults.append(Fault(line, sentence))


def key_of(name: str, birth_year: int | None, postal_address: str) -> int:
    """The same for two spellings of the same person at the same address; eight bytes, so that a big roll holds."""
    said = f"{plain(name)}\n{birth_year}\n{plain(postal_address)}"
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest())


def _name(get: Getter) -> str:
    """« Aïcha Durand »; with a name in use, « Aïcha Martin (Durand) », so that both are found."""
    born, used = get("name"), get("used_name")
    if plain(born) == plain(used) or not born or not used:
        last = used or born
    else:
        last = f"{used} ({born})"
    return " ".join(part for part in (get("first"), last) if part) or get("whole_name")


def _address(get: Getter) -> str:
    """Lines as on the envelope."""
    street = " ".join(part for part in (get("street_number"), get("street")) if part)
    town = " ".join(part for part in (get("postcode"), get("town")) if part)
    return "\n".join(part for part in (get("extra"), street, town) if part) if street or get("extra") else ""


def _year_of(given: str, *, may_be_serial: bool) -> int | None:
    """The year of a year, of a date, or of the number by which a spreadsheet keeps a day."""
    if re.fullmatch(r"\d{4}", given) and (not may_be_serial or given[:2] in {"19", "20"}):
        return int(given)
    if found := _DATE.fullmatch(given):
        return int(found[1] or found[2])
    if may_be_serial and re.fullmatch(r"\d{3,5}", given) and int(given) > _FIRST_DATE:
        return (_SERIAL_DAY_0 + timedelta(days=int(given))).year
    return None


def refusal(tally: Tally) -> str:
    """Why a whole file is refused, in one sentence."""
    return ngettext(
        "Le fichier contient %(number)d erreur : rien n’est importé. Corrigez-la, puis recommencez.",
        "Le fichier contient %(number)d erreurs : rien n’est importé. Corrigez-les, puis recommencez.",
        tally.fault_count,
    ) % {"number": tally.fault_count}


def _no_headings() -> str:
    return _("Aucune ligne de titres n’est reconnue : la première doit nommer « Nom » et « Prénom ».")
