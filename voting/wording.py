"""The sentences of a count and of an election file: typed reasons in, French out, through gettext."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.bundle_reading import BundleError, BundleFault
from voting.key_sheet import SheetFault
from voting.keying import FaultCode, TypingFault
from voting.tally import results
from voting.tally.pabulib import ElectionFileError, Fault
from voting.tally.results import NullCode
from voting.tally.values import BallotKind, Dimension, Method, RulesError, RulesFault, ThresholdUnit

NBSP = "\u00a0"
_SYMBOLS = {"EUR": "€", "PLN": "zł", "HUF": "Ft", "USD": "$", "CHF": "CHF", "GBP": "£"}


def money(cents: int, currency: str = "EUR", *, whole: bool = False) -> str:
    """« 1 000 000,00 € ». With `whole`, cents show only when there are some: « 4 200 € »."""
    decimals = 0 if whole and not cents % 100 else 2
    figures = number_format(Decimal(abs(cents)) / 100, decimals, force_grouping=True)
    return f"{'−' if cents < 0 else ''}{figures}{NBSP}{_SYMBOLS.get(currency, currency)}".strip()


def reason_sentence(
    reason: results.Reason,
    *,
    kind: BallotKind = BallotKind.APPROVAL,
    currency: str = "EUR",
    names: Mapping[tuple[Dimension, str], str] | None = None,
) -> str:
    """One line's reason. `kind` tells what a score is made of: voix, points or mentions; `names` are those of the
    places, themes and tranches, by code."""
    if names and isinstance(reason, results.TakenByFloor | results.CapReached):
        reason = replace(reason, key=names.get((reason.dimension, reason.key), reason.key))
    return _SENTENCES[type(reason)](reason, kind, currency)


def score_words(number: int, kind: BallotKind) -> str:
    """« 37 voix », « 1 090 points »."""
    shown = number_format(number, force_grouping=True)
    if kind in (BallotKind.POINTS, BallotKind.RANKING):
        return ngettext("%(number)s point", "%(number)s points", number) % {"number": shown}
    return ngettext("%(number)s voix", "%(number)s voix", number) % {"number": shown}


def method_words(method: Method) -> str:
    return {
        Method.GREEDY: _("dans l’ordre des scores, en passant ce que l’argent restant ne couvre pas"),
        Method.GREEDY_STOP: _("dans l’ordre des scores, jusqu’au premier que l’argent restant ne couvre pas"),
        Method.EQUAL_SHARES: _("parts égales"),
    }[method]


Sentence = Callable[[Any, BallotKind, str], str]  # Any: each entry of the table below takes its own reason


def _taken(reason: results.Taken, _kind: BallotKind, currency: str) -> str:
    if reason.left_cents is None:
        return _("Retenu.")
    return _("Retenu ; il reste %(left)s.") % {"left": money(reason.left_cents, currency, whole=True)}


def _by_floor(reason: results.TakenByFloor, _kind: BallotKind, _currency: str) -> str:
    sentences = {
        Dimension.AREA: _("Retenu au titre du nombre minimal de projets du secteur « %(key)s » (tour %(round)s)."),
        Dimension.THEME: _("Retenu au titre du nombre minimal de projets du thème « %(key)s » (tour %(round)s)."),
        Dimension.TRANCHE: _(
            "Retenu au titre du nombre minimal de projets de la tranche « %(key)s » (tour %(round)s)."
        ),
    }
    return sentences[reason.dimension] % {"key": reason.key, "round": reason.round}


def _by_shares(reason: results.BoughtByShares, _kind: BallotKind, currency: str) -> str:
    words = {
        "round": reason.round,
        "payment": money(round(reason.payment_cents), currency),
        "payers": number_format(reason.payers, force_grouping=True),
        "capped": number_format(reason.capped, force_grouping=True),
    }
    if not reason.capped:
        return _("Retenu au tour %(round)s ; chacun de ses %(payers)s soutiens y a mis %(payment)s.") % words
    return (
        ngettext(
            "Retenu au tour %(round)s ; part de %(payment)s par soutien ; %(capped)s soutien y a mis moins, "
            "tout ce qui lui restait.",
            "Retenu au tour %(round)s ; part de %(payment)s par soutien ; %(capped)s soutiens y ont mis moins, "
            "tout ce qui leur restait.",
            reason.capped,
        )
        % words
    )


def _by_fill(reason: results.TakenByFill, _kind: BallotKind, currency: str) -> str:
    left = money(reason.left_cents, currency, whole=True)
    return _("Retenu avec l’argent restant ; il reste %(left)s.") % {"left": left}


def _threshold(reason: results.ThresholdMissed, kind: BallotKind, _currency: str) -> str:
    unit = kind if reason.unit is ThresholdUnit.SCORE else BallotKind.APPROVAL
    words = {"missing": score_words(reason.missing, unit), "required": score_words(reason.required, unit)}
    return _("Sous le seuil de %(required)s : il manquait %(missing)s.") % words


def _owner(reason: results.OwnerHasLaureate, _kind: BallotKind, _currency: str) -> str:
    return _("Un autre projet du même porteur est déjà retenu : %(project)s.") % {"project": reason.laureate_id}


def _cap(reason: results.CapReached, _kind: BallotKind, currency: str) -> str:
    places = {
        Dimension.AREA: _("du secteur « %(key)s »"),
        Dimension.THEME: _("du thème « %(key)s »"),
        Dimension.TRANCHE: _("de la tranche « %(key)s »"),
    }
    words: dict[str, str | int] = {"place": places[reason.dimension] % {"key": reason.key}}
    if reason.missing_cents is not None:
        words["missing"] = money(reason.missing_cents, currency, whole=True)
        return _("Le plafond %(place)s serait dépassé : il manquait %(missing)s.") % words
    return _("Le nombre maximal de projets %(place)s est atteint (%(number)s).") % {
        **words,
        "number": reason.max_projects or 0,
    }


def _over_budget(reason: results.OverBudget, _kind: BallotKind, currency: str) -> str:
    return _("Il manquait %(missing)s.") % {"missing": money(reason.missing_cents, currency, whole=True)}


def _short(reason: results.SupportersShort, _kind: BallotKind, currency: str) -> str:
    missing = money(reason.missing_cents, currency, whole=True)
    return _("Il manquait %(missing)s à ses soutiens réunis.") % {"missing": missing}


_SENTENCES: dict[type, Sentence] = {
    results.Taken: _taken,
    results.TakenByFloor: _by_floor,
    results.BoughtByShares: _by_shares,
    results.TakenByFill: _by_fill,
    results.Withdrawn: lambda _reason, _kind, _currency: _("Retiré du vote."),
    results.ThresholdMissed: _threshold,
    results.ZeroScore: lambda _reason, _kind, _currency: _("Aucun soutien."),
    results.Conflict: lambda reason, _kind, _currency: _("Même site que %(project)s.") % {"project": reason.with_id},
    results.OwnerHasLaureate: _owner,
    results.CapReached: _cap,
    results.NumberReached: lambda reason, _kind, _currency: (
        _("Le nombre de projets à retenir est atteint (%(number)s).") % {"number": reason.number}
    ),
    results.OverBudget: _over_budget,
    results.Stopped: lambda reason, _kind, _currency: (
        _("Le règlement arrête la liste à %(project)s, premier projet que l’argent restant ne couvrait pas.")
        % {"project": reason.after_id}
    ),
    results.SupportersShort: _short,
}


def tie_sentence(tie: results.Tie) -> str:
    words = {"taken": tie.taken_id, "left": tie.left_id}
    if tie.decided_by is results.DecidedBy.DRAW:
        return _("Égalité entre %(taken)s et %(left)s : le tirage au sort préalable a retenu %(taken)s.") % words
    return _("Égalité entre %(taken)s et %(left)s : le critère du règlement a retenu %(taken)s.") % words


def sheet_fault_sentence(fault: SheetFault) -> str:
    """Why the public sheet of a key cannot seal a vote, and what to do."""
    sentences = {
        SheetFault.PUBLIC_KEY: _(
            "La clé publique de la feuille compte 64 chiffres et lettres de a à f : reprenez le fichier."
        ),
        SheetFault.DIGESTS: _("Les empreintes des parts sont incomplètes ou répétées : reprenez le fichier d’origine."),
        SheetFault.THRESHOLD: _(
            "Il faut au moins deux parts pour ouvrir l’urne : refaites la clé avec un seuil de deux ou plus."
        ),
        SheetFault.TOO_FEW_SHARES: _(
            "Il faut au moins deux parts de plus que le seuil : refaites la clé avec plus de détenteurs."
        ),
        SheetFault.TOO_MANY_SHARES: _(
            "Une clé se coupe en seize parts au plus : refaites-la avec moins de détenteurs."
        ),
        SheetFault.NOT_REHEARSED: _(
            "Répétez l’ouverture avec deux groupes différents (« bureau.py repeter »), puis redonnez la feuille."
        ),
    }
    return sentences[fault]


def null_reason_words(reason: str) -> str:
    """Why an opened or keyed ballot is null, in short, from a code of `Ballot.null_reason`."""
    known = {
        "illegible": _("illisible"),
        "signed": _("signe de reconnaissance"),
        "other": _("autre motif"),
        "unreadable": _("bulletin scellé illisible"),
        "other_scope": _("d’un autre périmètre"),
        NullCode.UNKNOWN_PROJECT: _("nomme un projet hors de la liste"),
        NullCode.REPEATED_PROJECT: _("nomme deux fois le même projet"),
        NullCode.TOO_FEW: _("pas assez de choix"),
        NullCode.TOO_MANY: _("trop de choix"),
        NullCode.SUM_TOO_LOW: _("trop peu de points"),
        NullCode.SUM_TOO_HIGH: _("trop de points"),
        NullCode.SUM_NOT_EXACT: _("total de points inexact"),
        NullCode.COST_TOO_HIGH: _("montant dépassé"),
        NullCode.RANKS_BROKEN: _("rangs qui ne se suivent pas"),
    }
    return known.get(reason.removeprefix("invalid:"), _("règle du bulletin non suivie"))


def choice_sentence(null: results.Null, scope_name: str = "") -> str:
    """Why these choices are no ballot yet, and what to do; `scope_name` when several ballots are on the page."""
    why = null_sentence(null)
    if null.code == NullCode.TOO_MANY:
        why = _("Vous avez fait %(value)s choix ; le maximum est %(bound)s : décochez-en %(extra)s.") % {
            "value": null.value,
            "bound": null.bound,
            "extra": null.value - null.bound,
        }
    return _("%(scope)s – %(why)s") % {"scope": scope_name, "why": why} if scope_name else why


def null_sentence(null: results.Null) -> str:
    """Why a ballot is null."""
    sentences = {
        NullCode.UNKNOWN_PROJECT: _("Le bulletin nomme un projet qui n’est pas sur la liste."),
        NullCode.REPEATED_PROJECT: _("Le bulletin nomme deux fois le même projet."),
        NullCode.TOO_FEW: _("Le bulletin compte %(value)s choix ; il en faut au moins %(bound)s."),
        NullCode.TOO_MANY: _("Le bulletin compte %(value)s choix ; le maximum est %(bound)s."),
        NullCode.MARK_TOO_LOW: _("Le bulletin porte la valeur %(value)s ; le minimum est %(bound)s."),
        NullCode.MARK_TOO_HIGH: _("Le bulletin porte la valeur %(value)s ; le maximum est %(bound)s."),
        NullCode.SUM_TOO_LOW: _("Le bulletin donne %(value)s points en tout ; il en faut au moins %(bound)s."),
        NullCode.SUM_TOO_HIGH: _("Le bulletin donne %(value)s points en tout ; le maximum est %(bound)s."),
        NullCode.SUM_NOT_EXACT: _("Le bulletin donne %(value)s points en tout ; il en faut exactement %(bound)s."),
        NullCode.COST_TOO_LOW: _("Les projets choisis coûtent moins que le minimum demandé."),
        NullCode.COST_TOO_HIGH: _("Les projets choisis coûtent plus que le montant autorisé."),
        NullCode.RANKS_BROKEN: _("Les rangs du bulletin ne se suivent pas."),
    }
    return sentences[null.code] % {"value": null.value, "bound": null.bound}


def file_error_sentence(error: ElectionFileError) -> str:
    """One sentence: the line, the field, what is wrong and what to do."""
    is_section = error.field in ("META", "PROJECTS", "VOTES")
    if error.line and error.field and not is_section:
        prefix = _("Ligne %(line)s, champ « %(field)s » : ")
    elif error.line:
        prefix = _("Ligne %(line)s : ")
    elif is_section:
        prefix = _("Section « %(field)s » : ")
    else:
        prefix = _("Champ « %(field)s » : ") if error.field else ""
    words = {"line": error.line, "field": error.field, **error.params}
    sentence = (prefix + _file_faults()[error.fault]) % words
    return sentence[0].upper() + sentence[1:]


def _file_faults() -> dict[Fault, str]:
    return _shape_faults() | _content_faults() | _count_faults()


def _shape_faults() -> dict[Fault, str]:
    return {
        Fault.UNREADABLE: _("le fichier %(path)s ne peut pas être lu ; vérifiez le chemin et les droits."),
        Fault.NOT_UTF8: _("le fichier n’est pas en UTF-8 ; enregistrez-le dans cet encodage."),
        Fault.BROKEN_CSV: _("la ligne n’est pas du CSV ; vérifiez les guillemets."),
        Fault.SECTION_MISSING: _("la section manque ou est vide ; un fichier contient META, PROJECTS puis VOTES."),
        Fault.SECTION_REPEATED: _("la section apparaît deux fois ; n’en gardez qu’une."),
        Fault.OUTSIDE_SECTIONS: _("du texte précède la section META ; supprimez-le."),
        Fault.COLUMN_MISSING: _("la colonne manque dans la section %(section)s ; ajoutez-la à l’en-tête."),
        Fault.COLUMN_REPEATED: _("la colonne apparaît deux fois dans la section %(section)s ; n’en gardez qu’une."),
        Fault.COLUMN_COUNT: _(
            "la ligne a %(found)s colonnes au lieu de %(expected)s ; vérifiez les points-virgules, les guillemets "
            "et que le fichier est entier."
        ),
        Fault.KEY_MISSING: _("cette indication manque dans la section META ; ajoutez-la."),
        Fault.KEY_REPEATED: _("cette indication apparaît deux fois dans la section META ; n’en gardez qu’une."),
        Fault.ROW_COUNT: _(
            "META annonce %(stated)s lignes et le fichier en contient %(found)s ; le fichier est peut-être tronqué."
        ),
    }


def _content_faults() -> dict[Fault, str]:
    return {
        Fault.EMPTY: _("la valeur manque ; complétez-la."),
        Fault.NOT_A_NUMBER: _("« %(value)s » n’est pas un nombre ; écrivez par exemple 12500 ou 12500.50."),
        Fault.NOT_AN_INTEGER: _("« %(value)s » n’est pas un nombre entier ; corrigez-le."),
        Fault.NEGATIVE: _("« %(value)s » est négatif ; corrigez-le."),
        Fault.NOT_ALLOWED: _("« %(value)s » n’est pas admis ; les valeurs possibles sont : %(allowed)s."),
        Fault.PROJECT_REPEATED: _("le projet %(project)s figure deux fois ; n’en gardez qu’un."),
        Fault.PROJECT_UNKNOWN: _("le projet %(project)s n’est pas dans la section PROJECTS ; corrigez le bulletin."),
        Fault.VOTER_REPEATED: _("« %(voter)s » a déjà un bulletin ; n’en gardez qu’un."),
        Fault.POINTS_COUNT: _("%(found)s valeurs pour %(expected)s projets ; donnez une valeur par projet."),
    }


def _count_faults() -> dict[Fault, str]:
    return {
        Fault.RULE_UNKNOWN: _(
            "la règle « %(label)s » ne dit pas comment compter ; passez --rule greedy, --rule greedy_stop "
            "ou --rule equal_shares."
        ),
        Fault.CONFLICT_NEEDED: _(
            "la règle « %(label)s » suppose des projets incompatibles que le fichier ne nomme qu’en commentaire ; "
            "passez --conflict A,B avec leurs numéros."
        ),
        Fault.CONFLICT_UNKNOWN: _("le projet %(project)s de --conflict n’est pas dans le fichier ; corrigez l’option."),
        Fault.BOUND_NOT_APPLIED: _(
            "cette limite n’est pas appliquée par le décompte ; passez --rule greedy pour compter sans elle."
        ),
        Fault.WEIGHTED_BALLOTS: _("les bulletins pondérés ne sont pas comptés ; une personne, une voix."),
        Fault.EQUAL_SHARES_NEEDS_APPROVALS: _(
            "les parts égales se comptent sur des approbations, pas sur « %(value)s » ; passez --rule greedy."
        ),
    }


def rules_error_sentence(error: RulesError) -> str:
    """Why a set of rules cannot be counted; shown before sealing."""
    sentences = {
        RulesFault.SCOPE_UNKNOWN: _("Le projet %(subject)s n’appartient à aucun périmètre du vote."),
        RulesFault.SCOPE_REPEATED: _("Le périmètre « %(subject)s » figure deux fois."),
        RulesFault.PROJECT_REPEATED: _("Le projet %(subject)s figure deux fois."),
        RulesFault.CONFLICT_UNKNOWN: _("L’exclusion nomme %(subject)s, qui n’est pas sur la liste."),
        RulesFault.LEFTOVER_NOT_LATER: _(
            "Le reste du périmètre « %(subject)s » ne peut aller qu’à un périmètre suivant."
        ),
        RulesFault.EQUAL_SHARES_NEEDS_APPROVALS: _("Les parts égales demandent un vote par approbation."),
        RulesFault.EQUAL_SHARES_NEEDS_BALLOTS: _(
            "Les parts égales se comptent sur les bulletins entiers, et seuls leurs totaux sont publiés ; "
            "choisissez une règle qui suit l’ordre des scores."
        ),
        RulesFault.EQUAL_SHARES_NEEDS_A_BUDGET: _("Les parts égales demandent une enveloppe."),
        RulesFault.EQUAL_SHARES_WITH_LIMITS: _(
            "Les parts égales ne se combinent ni avec un minimum ou un plafond par secteur, thème ou tranche, "
            "ni avec un nombre de projets."
        ),
        RulesFault.RANKS_MISSING: _("Le classement doit dire combien de rangs il compte."),
        RulesFault.GRADES_MISSING: _("Le jugement majoritaire doit dire combien de mentions il compte."),
        RulesFault.THRESHOLD_UNIT: _("Ce seuil ne peut pas s’exprimer dans cette unité avec ce bulletin."),
    }
    return sentences[error.fault] % {"subject": error.subject}


def bundle_error_sentence(error: BundleError) -> str:
    """Why a published bundle cannot be counted again, and what to do."""
    sentences = {
        BundleFault.UNREADABLE: _("L’archive ne se lit pas (%(subject)s) ; téléchargez-la à nouveau."),
        BundleFault.FILE_MISSING: _("Le fichier %(subject)s manque dans le dossier ; téléchargez-le à nouveau."),
        BundleFault.FILE_CHANGED: _(
            "Le fichier %(subject)s n’est pas celui qui a été publié ; téléchargez le dossier à nouveau."
        ),
        BundleFault.ONLY_ORDER: _(
            "Le périmètre « %(subject)s » compte moins de dix bulletins : seul l’ordre en est publié ; "
            "lancez le programme recompter.py du dossier, qui vérifie le reste."
        ),
        BundleFault.CONFLICT_UNKNOWN: _(
            "Le projet %(subject)s de --conflict n’est pas dans ce vote ; corrigez l’option."
        ),
    }
    return sentences[error.fault] % {"subject": error.subject}


def blank_words() -> str:
    return _("blanc")


def null_words(reason: str) -> str:
    """« nul : trop de choix »."""
    return _("nul : %(reason)s") % {"reason": null_reason_words(reason)}


def typing_sentence(fault: TypingFault) -> str:
    """Why what a keyer typed is no reading, and what to type."""
    sentences = {
        FaultCode.EMPTY: _("Rien n’est saisi : tapez les numéros cochés, ou « b » pour un bulletin blanc."),
        FaultCode.TOO_LONG: _("Cette saisie est trop longue : tapez seulement les numéros cochés."),
        FaultCode.NOT_A_NUMBER: _("« %(word)s » n’est pas un numéro : tapez les numéros séparés par des espaces."),
        FaultCode.UNKNOWN_NUMBER: _("Le numéro %(word)s n’est pas sur la liste de ce périmètre : relisez le bulletin."),
        FaultCode.REPEATED: _("« %(word)s » nomme un projet déjà saisi : ne le tapez qu’une fois."),
        FaultCode.MARK_MISSING: _("Il manque la valeur de « %(word)s » : tapez le numéro, deux-points, la valeur."),
        FaultCode.MARK_NOT_EXPECTED: _("« %(word)s » : ce vote n’a pas de points, tapez le numéro seul."),
        FaultCode.REASON_MISSING: _("Dites pourquoi il est nul : « ni » illisible, « ns » signe, « na » autre motif."),
    }
    return sentences[fault.code] % {"word": fault.word}


def broken_rule_sentence(null: results.Null) -> str:
    """« 6 choix pour 5 au plus : ce bulletin sera nul. »"""
    words = {"value": null.value, "bound": null.bound}
    if null.code is NullCode.TOO_MANY:
        return _("%(value)s choix, pour %(bound)s au plus : ce bulletin sera nul.") % words
    return _("%(why)s Il sera nul.") % {"why": null_sentence(null)}
