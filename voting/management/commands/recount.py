"""`manage.py recount FILE.pb|BUNDLE`: the answer of what is published alone, without a database.

A bundle is the archive of the results page, or its folder. In JSON, several scopes give their totals under the usual
keys (`rule` is « several » when they differ) and each of them under `scopes`."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from voting.bundle_reading import BundleError, is_bundle, recount_bundle
from voting.tally.pabulib import ElectionFileError
from voting.tally.pabulib_writer import exact_amount
from voting.tally.recount import DECLARED, OPTIONS, Recount, recount
from voting.tally.values import RulesError
from voting.wording import (
    bundle_error_sentence,
    file_error_sentence,
    method_words,
    money,
    null_sentence,
    reason_sentence,
    rules_error_sentence,
    score_words,
    tie_sentence,
)

NAME_WIDTH = 44
SEVERAL = "several"


class Command(BaseCommand):
    help = "Recompte un vote à partir de son dossier publié ou d’un fichier Pabulib, sans base de données."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER.pb|DOSSIER", help="le fichier, l’archive ou le dossier publié")
        parser.add_argument("--rule", default=DECLARED, help=", ".join(OPTIONS))
        parser.add_argument("--threshold", help="seuil, dans l’unité du score ; remplace celui du fichier")
        parser.add_argument(
            "--conflict", action="append", default=[], metavar="A,B", help="projets incompatibles ; option répétable"
        )
        parser.add_argument("--json", action="store_true", help="la réponse en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        path, rule, least = Path(options["file"]), parse_rule(options["rule"]), parse_threshold(options["threshold"])
        conflicts = [parse_conflict(text) for text in options["conflict"]]
        answers: Sequence[Recount]
        try:
            if is_bundle(path):
                answers = recount_bundle(path, rule, least, conflicts)
            else:
                answers = [recount(path, rule, least, conflicts)]
        except ElectionFileError as error:
            raise CommandError(file_error_sentence(error)) from error
        except BundleError as error:
            raise CommandError(bundle_error_sentence(error)) from error
        except RulesError as error:
            raise CommandError(rules_error_sentence(error)) from error
        if options["json"]:
            self.stdout.write(as_json(answers[0]) if len(answers) == 1 else as_json_of_scopes(answers))
        else:
            self.stdout.write("\n\n".join(as_table(answer) for answer in answers))


def parse_rule(text: str) -> str:
    if text not in OPTIONS:
        raise CommandError(
            _("Option --rule : « %(value)s » n’existe pas ; choisissez parmi %(options)s.")
            % {"value": text, "options": ", ".join(OPTIONS)}
        )
    return text


def parse_threshold(text: str | int | None) -> int | None:
    if text is None:
        return None
    if not str(text).isdecimal():
        raise CommandError(
            _("Option --threshold : « %(value)s » n’est pas un nombre entier positif ; écrivez par exemple 3000.")
            % {"value": text}
        )
    return int(text)


def parse_conflict(text: str) -> tuple[str, ...]:
    projects = tuple(part.strip() for part in text.split(","))
    if len(set(projects)) < 2 or not all(projects):
        raise CommandError(
            _("Option --conflict : « %(value)s » doit nommer au moins deux projets, par exemple 201,1932.")
            % {"value": text}
        )
    return projects


def as_json(answer: Recount) -> str:
    """The contract's keys. `spent` is a JSON number with two decimals, written from cents, never through a float."""
    return _object({**_fields(answer), "seconds": _seconds(answer)})


def as_json_of_scopes(answers: Sequence[Recount]) -> str:
    """The totals under the same keys, then the same keys scope by scope, in the sealed order."""
    rules = {str(answer.rule) for answer in answers}
    totals = {
        "projects": json.dumps(sum(len(answer.election.projects) for answer in answers)),
        "ballots": json.dumps(sum(answer.ballots for answer in answers)),
        "rule": json.dumps(rules.pop() if len(rules) == 1 else SEVERAL),
        "winners": json.dumps([name for answer in answers for name in answer.winners], ensure_ascii=False),
        "spent": exact_amount(sum(answer.spent_cents for answer in answers)),
        "votes": json.dumps({k: v for answer in answers for k, v in answer.votes.items()}, ensure_ascii=False),
        "seconds": _seconds(answers[0]),
    }
    scopes = [_object({"id": json.dumps(a.scope.scope_id, ensure_ascii=False), **_fields(a)}) for a in answers]
    return _object({**totals, "scopes": f"[{', '.join(scopes)}]"})


def _fields(answer: Recount) -> dict[str, str]:
    return {
        "projects": json.dumps(len(answer.election.projects)),
        "ballots": json.dumps(answer.ballots),
        "rule": json.dumps(answer.rule),
        "winners": json.dumps(answer.winners, ensure_ascii=False),
        "spent": exact_amount(answer.spent_cents),
        "votes": json.dumps(answer.votes, ensure_ascii=False),
    }


def _seconds(answer: Recount) -> str:
    return json.dumps({step: round(seconds, 3) for step, seconds in answer.seconds.items()})


def _object(fields: dict[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)}: {text}" for key, text in fields.items()) + "}"


def as_table(answer: Recount) -> str:
    """What happened to every project, in the order of the scores."""
    names = {project.id: project.name for project in answer.election.projects}
    kind, currency = answer.rules.scopes[0].ballot.kind, answer.election.meta.get("currency", "EUR").strip()
    rows = [[_("rang"), _("projet"), _("intitulé"), _("score"), _("coût"), _("décision")]]
    for line in answer.scope.lines:
        name = " ".join(names[line.project_id].split())
        rows.append(
            [
                str(line.rank),
                line.project_id,
                name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…",
                score_words(line.score.score, kind),
                money(line.cost_cents, currency),
                reason_sentence(line.reason, kind=kind, currency=currency),
            ]
        )
    return "\n".join([*_heading(answer, currency), "", *_aligned(rows), "", *_remarks(answer)]).rstrip()


def _heading(answer: Recount, currency: str) -> list[str]:
    meta, ballots = answer.election.meta, answer.scope.ballots
    return [
        " ".join(meta.get("description", "").split()) or _("Élection"),
        _("%(projects)s projets, %(ballots)s bulletins : %(valid)s valables, %(blank)s blancs, %(null)s nuls.")
        % {
            "projects": len(answer.election.projects),
            "ballots": answer.ballots,
            "valid": ballots.valid,
            "blank": ballots.blank,
            "null": answer.ballots - ballots.valid - ballots.blank,
        },
        _("Règle appliquée : %(rule)s. Projets retenus : %(winners)s, pour %(spent)s sur %(budget)s.")
        % {
            "rule": method_words(answer.rule),
            "winners": len(answer.winners),
            "spent": money(answer.spent_cents, currency),
            "budget": money(answer.scope.budget_cents or 0, currency),
        },
    ]


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = (True, False, False, True, True, False)
    return [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]


def _remarks(answer: Recount) -> list[str]:
    nulls = [
        _("%(number)s × bulletin nul : %(why)s") % {"number": number, "why": null_sentence(null)}
        for null, number in answer.scope.ballots.nulls
    ]
    return [*nulls, *(tie_sentence(tie) for tie in answer.scope.ties)]
