"""Sealing a vote: one canonical JSON, hashed and published before opening; afterwards nothing of it changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Contact
from bp_platform.core import codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, no
from bp_platform.core.money import to_cents
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from instruction import services as instruction
from proposals import services as proposal_services
from proposals.models import ProposalState, Stage
from voting import canonical, flow, practice_keys, selectors, wording
from voting import seal as seals
from voting.key_sheet import Keys, KeySheet
from voting.models import Candidate, Poll, PollKind, Proof
from voting.sealed import PLAIN_KINDS, SCHEMA, longest_content, read, rules_from
from voting.services import plans
from voting.tally.values import Project, Rules, RulesError, check

SOFTWARE = "budget-participatif/1"
SMALL_ROLL = 100
RECEIVED = {Proof.POSTAL_CODE.value, Proof.DESK.value, Proof.ROLL.value}


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be sealed now: the canonical bytes, and the hash of the project list that the draw is made on."""

    data: bytes
    digest: str
    list_digest: str


def project_list_digest(poll: Poll) -> str:
    """The hash of the list (numbers and costs), published before the public draw gives its seed."""
    listed = selectors.candidates(poll)
    rows: list[tuple[str, int]] = [(c.count_id or c.proposal.number, to_cents(c.cost_eur)) for c in listed]
    return canonical.digest(canonical.dump(sorted(rows)))


def draft(poll: Poll, *, at: datetime, draw_seed: str, public_key: bytes, keys: Keys | None = None) -> Draft:
    """The exact text that sealing would freeze with this draw and this key; refuses what cannot be voted.

    `keys`: the threshold and the digests of the shares, when the key was split."""
    listed = selectors.candidates(poll)
    rules = rules_from(poll.plan)
    _check(poll, listed, rules, draw_seed)
    places, keyed = _drawn(listed, draw_seed), _keys(poll, listed, rules)
    data = canonical.dump(
        {
            "v": SCHEMA,
            "software": SOFTWARE,
            "kind": poll.kind,
            "cycle": poll.cycle.slug,
            "title": poll.title,
            "sealed_at": _instant(at),
            "opens_at": _instant(poll.opens_at),
            "closes_at": _instant(poll.closes_at),
            "public_key": public_key.hex(),
            "receipt_key": seals.receipt_public_key(bytes.fromhex(settings.BP_RECEIPT_SEED)[:32]).hex(),
            "seal_length": seals.seal_length(longest_content(rules, [row.scope for row in places])),
            "list_digest": project_list_digest(poll),
            "draw_seed": draw_seed,
            "projects": [_project(row, with_owners=rules.one_per_owner) | keyed.get(_id(row), {}) for row in places],
            **_keys_value(keys),
            **poll.plan,
        }
    )
    return Draft(data, canonical.digest(data), project_list_digest(poll))


def seal(
    poll: Poll,
    *,
    by: Actor,
    at: datetime,
    draw_seed: str,
    sheet: KeySheet | None = None,
    public_key: bytes | None = None,
    waiver: str = "",
) -> Poll:
    """Freeze the vote. The key of a binding vote is made and split offline: only its public `sheet` comes here. Without
    one, a practice vote gets a key kept in a file of this machine; a replayed vote gives its `public_key` alone.
    `waiver`: why a roll under 100 people is accepted."""
    public, own = _key_of(poll, sheet, public_key)
    sealing = flow.SEAL.take(poll, by=by, at=at, reason=waiver.strip())
    with instruction.hold_preselection(poll.cycle), sealing as locked:
        _check_roll(locked, waiver)
        made = draft(locked, at=at, draw_seed=draw_seed.strip(), public_key=public, keys=sheet.keys if sheet else None)
        locked.sealed, locked.digest, locked.public_key = made.data, made.digest, public
        text = read(made.data, made.digest)
        locked.seal_length, locked.opens_at, locked.closes_at = text.seal_length, text.opens_at, text.closes_at
        locked.sealed_at = at
        cycle_services.freeze_section(locked.cycle, "ballot", at=at, opens_at=locked.opens_at)
        for row in selectors.candidates(locked):
            proposal_services.project(row.proposal, stage=Stage.ON_BALLOT, price_eur=row.cost_eur)
        if own:
            practice_keys.keep(made.digest, own.private)
        cycle_services.touch(locked.cycle)
    return locked


def _key_of(poll: Poll, sheet: KeySheet | None, public_key: bytes | None) -> tuple[bytes, seals.Keys | None]:
    """The public key to seal with, and the pair made here when it is a practice vote's own."""
    if sheet is not None:
        if fault := sheet.fault():
            raise Refused(no(wording.sheet_fault_sentence(fault)))
        return bytes.fromhex(sheet.public_key), None
    if poll.kind == PollKind.BINDING or (public_key is None and poll.kind == PollKind.REPLAY):
        raise Refused(
            no(_("La clé de ce vote se fabrique hors ligne : donnez sa feuille publique, « cle-publique.json »."))
        )
    if public_key is None:
        own = seals.new_keys()
        return own.public, own
    if len(public_key) != 32:
        raise Refused(no(_("La clé publique compte 64 caractères hexadécimaux : vérifiez-la.")))
    return public_key, None


def _keys_value(keys: Keys | None) -> dict[str, canonical.Value]:
    if keys is None:
        return {}
    return {"keys": {"threshold": keys.threshold, "number": len(keys.shares), "shares": list(keys.shares)}}


def _check_decision(poll: Poll) -> None:
    """A vote by roll is sealed only where the rulebook lets the residents decide that way."""
    if poll.kind == PollKind.REPLAY:
        return
    rules = cycle_selectors.rules_of(poll.cycle)
    ballot = rules.ballot
    if not ballot.has_vote:
        raise Refused(
            no(
                _("Le règlement confie le choix des projets à une instance (%(who)s) : il n’y a pas de vote à sceller.")
                % {"who": ballot.decided_by}
            )
        )
    if ballot.decision_mode == "assembly":
        raise Refused(
            no(
                _(
                    "Le règlement prévoit un vote en assemblée, sans liste d’habitant·es inscrit·es : "
                    "changez l’article 7 pour sceller ce vote."
                )
            )
        )
    if rules.electorate.maximum_proxies:
        raise Refused(
            no(
                _(
                    "La plateforme ne reçoit pas encore de procurations : "
                    "retirez-les de l’article 6 pour sceller ce vote."
                )
            )
        )


def _check(poll: Poll, listed: list[Candidate], rules: Rules, draw_seed: str) -> None:
    _check_decision(poll)
    if not listed:
        raise Refused(no(_("Aucun projet n’est proposé au vote : il en faut au moins un.")))
    if not poll.plan["proofs"]:
        raise Refused(no(_("Choisissez d’abord comment une personne prouve qu’elle peut voter.")))
    for proof in sorted(set(poll.plan["proofs"]) - RECEIVED):
        raise Refused(
            no(
                _("La plateforme ne reçoit pas encore cette preuve : %(proof)s. Retirez-la du règlement.")
                % {"proof": Proof(proof).label}
            )
        )
    if len(draw_seed.strip()) < 6 and poll.kind != PollKind.REPLAY:
        raise Refused(no(_("Saisissez le résultat du tirage public : au moins six caractères.")))
    for row in listed:
        if row.proposal.state != ProposalState.PUBLISHED:
            raise Refused(
                no(_("Le projet %(number)s n’est plus publié : retirez-le du vote.") % {"number": row.proposal.number})
            )
    unknown = next((s.ballot.kind for s in rules.scopes if s.ballot.kind not in PLAIN_KINDS), None)
    if poll.kind != PollKind.REPLAY and unknown is not None:
        raise Refused(
            no(
                _(
                    "L’isoloir ne sait pas encore recevoir ce type de bulletin (%(kind)s) : "
                    "choisissez l’approbation à l’article 7."
                )
                % {"kind": selectors.kind_words(unknown)}
            )
        )
    try:
        check(rules, tuple(Project(_id(row), to_cents(row.cost_eur), scope=row.scope) for row in listed))
    except RulesError as error:
        raise Refused(no(wording.rules_error_sentence(error))) from error


def _check_roll(poll: Poll, waiver: str) -> None:
    if poll.kind == PollKind.REPLAY or waiver.strip():
        return
    sizes = Counter(scope for scopes in poll.entries.values_list("scopes", flat=True) for scope in scopes)
    for scope in rules_from(poll.plan).scopes:
        if sizes[scope.id] < SMALL_ROLL:
            raise Refused(
                no(
                    ngettext(
                        "La liste ne compte que %(number)d personne inscrite pour ce périmètre : sous cent, "
                        "le secret du vote demande une dérogation motivée.",
                        "La liste ne compte que %(number)d personnes inscrites pour ce périmètre : sous cent, "
                        "le secret du vote demande une dérogation motivée.",
                        sizes[scope.id],
                    )
                    % {"number": sizes[scope.id]}
                )
            )


def _drawn(listed: list[Candidate], draw_seed: str) -> list[Candidate]:
    """The order of the ballot list: drawn from the same public seed, apart from the draw that settles ties."""
    seed = draw_seed.strip().encode()
    return sorted(listed, key=lambda row: sha256(seed + b"\1" + _id(row).encode()).digest())


def _project(row: Candidate, *, with_owners: bool) -> dict[str, canonical.Value]:
    proposal = row.proposal
    carried = proposal.owners.filter(left_at=None).select_related("contact__user") if with_owners else []
    return {
        "id": _id(row),
        "number": proposal.number,
        "title": proposal.title,
        "place": proposal.area.name,
        "theme": proposal.theme.name,
        "drawing": proposal.theme.drawing,
        "cost_cents": to_cents(row.cost_eur),
        "scope": row.scope,
        "owners": sorted({codes.digest("poll-owner", _known_by(owner.contact))[:16] for owner in carried}),
    }


def _known_by(contact: Contact) -> str:
    """What makes one owner of several deposits: the mailbox, else the account, else this deposit alone."""
    if contact.email:
        return contact.email.lower()
    return str(contact.user.uid if contact.user else contact.uid)


def _keys(poll: Poll, listed: list[Candidate], rules: Rules) -> dict[str, dict[str, canonical.Value]]:
    """What caps and floors look at, by project, when there are some."""
    if not any(scope.caps or scope.floors for scope in rules.scopes):
        return {}
    rulebook, ground = cycle_selectors.rules_of(poll.cycle), plans.ground_of(poll.cycle)
    return {
        _id(row): {"keys": {**plans.keys_of(row.proposal, row.cost_eur, rules=rulebook, ground=ground)}}
        for row in listed
    }


def _id(row: Candidate) -> str:
    return row.count_id or row.proposal.number


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
