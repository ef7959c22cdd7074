"""A published bundle made from a count alone: no database, any rule, any ballots."""

from __future__ import annotations

import io
import zipfile
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256

from tests.reading import plain
from voting import bundle, canonical, sealed, trace
from voting.bundle import Content, Facts
from voting.disclosure import Level
from voting.election_file import Frame
from voting.tally.count import count

FRAME = Frame("Ville de Valrive-sur-Loire", date(2026, 5, 2), date(2026, 5, 12))
RECOUNT = bundle.OFFLINE / "recompter.py"


def sealed_bytes(projects, rules, *, kind="practice", seed="dés 4-2-6-1", currency="EUR") -> bytes:
    """The sealed JSON of these projects and rules, as sealing writes it."""
    return canonical.dump(
        {
            "v": sealed.SCHEMA, "kind": kind, "title": "Vote 2026", "cycle": "2026",
            "opens_at": "2026-05-02T06:00:00+00:00", "closes_at": "2026-05-12T22:00:00+00:00",
            "public_key": "00" * 32, "receipt_key": "00" * 32, "seal_length": 176, "currency": currency,
            "draw_seed": seed, "proofs": ["roll"],
            "projects": [
                {
                    "id": p.id, "number": f"BP26-{place:04d}", "title": f"Projet {p.id}", "place": "", "theme": "",
                    "drawing": "", "cost_cents": p.cost_cents, "scope": p.scope, "owners": sorted(p.owners),
                    "keys": {name: key for name in ("area", "theme", "tranche") if (key := getattr(p, name))},
                }
                for place, p in enumerate(projects, start=1)
            ],
            **sealed.rules_value(rules, {scope.id: f"Périmètre {scope.id}" for scope in rules.scopes}),
        }
    )  # fmt: skip


def facts_of(projects, rules, urns, *, unreadable=(), is_replay=False, **facts) -> Facts:
    """The facts of a count by the product; `unreadable`: (scope, how many)."""
    data = sealed_bytes(projects, rules, **facts)
    text = sealed.read(data, canonical.digest(data))
    result = count(text.tally_projects(), urns, replace(text.rules, withdrawn=rules.withdrawn))
    nulls = dict(unreadable)
    kept = canonical.dump({"v": 1, "poll": text.digest, "result": trace.value_of(result), "unreadable": nulls})
    cast = {scope.id: sum(urns.get(scope.id, {}).values()) + nulls.get(scope.id, 0) for scope in rules.scopes}
    numbers = {p.id: p.number for p in text.projects}
    return Facts(
        text=text,
        sealed=data,
        result=result,
        result_json=kept,
        result_digest=canonical.digest(kept),
        refs=[sha256(f"{scope}{n}".encode()).digest() for scope, number in cast.items() for n in range(number)],
        refs_by_scope=cast,
        contents=[
            *(Content(scope, ballot, "", number) for scope, urn in urns.items() for ballot, number in urn.items()),
            *(Content(scope, (), "unreadable", number) for scope, number in nulls.items()),
        ],
        withdrawn={numbers[project_id]: "Le terrain est vendu." for project_id in rules.withdrawn},
        marks=[["en ligne", "", sum(cast.values())]],
        paper=[],
        results=[["périmètre", "projet"], ["Toute la ville", "=2+2"]],
        frame=FRAME,
        is_replay=is_replay,
    )


def unzipped(content: bytes, folder):
    """The bundle as a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        made.extractall(folder)
    return folder


@cache
def _program():
    """The script, compiled once for the hundreds of bundles that it is given."""
    return compile(RECOUNT.read_bytes(), str(RECOUNT), "exec")


def recounted(path) -> tuple[int, list[str]]:
    """What `python3 recompter.py PATH` answers: its exit code and its lines."""
    said = io.StringIO()
    with redirect_stdout(said):
        exec(_program(), program := {"__name__": __name__})
        code = program["main"]([str(path)])
    return code, [plain(line) for line in said.getvalue().splitlines()]


__all__ = ["FRAME", "RECOUNT", "Level", "facts_of", "recounted", "sealed_bytes", "unzipped"]
