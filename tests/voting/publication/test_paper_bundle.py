"""A vote held online and on paper: its bundle tells the paper, and recounts to the same winners."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import Role
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from tests.voting.publication.bundles import recounted, unzipped
from voting import selectors, services

pytestmark = pytest.mark.django_db


def test_the_bundle_of_paper_and_web_recounts(draft, review, at, tmp_path):
    """Forty people online, twelve on paper: one blank, one illegible, one with too many choices, one not returned."""
    colette, dora = (
        staff(*name, Role.COUNT, at) for name in (("colette", "Colette", "Nguyen"), ("dora", "Dora", "Blum"))
    )
    draft.plan["scopes"][0]["ballot"]["max_choices"] = 2
    draft.save()
    people = make.admit(draft, *(f"Voisin {n:02d}" for n in range(52)))
    poll = make.seal(draft)
    for entry in people[12:]:
        services.cast_many(poll, [review(poll, entry, "BP26-0003")])
    paper.mark_on_paper(poll, people[:12], colette)
    poll = services.close(poll, by=make.BUILDER, at=paper.after())
    lines = [*[paper.line(poll, "BP26-0002")] * 8, "b", "ni", "1 2 3"]
    paper.key(paper.key(paper.pile(poll, colette, 11), colette, *lines), dora, *lines)
    services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Un non rapporté.")
    poll = services.open_box(poll, by=make.BUILDER, at=paper.after())
    poll = services.count(poll, by=make.BUILDER, at=paper.after())

    poll = services.proclaim(poll, by=make.BUILDER, at=paper.after())

    code, said = recounted(unzipped(selectors.bundle_bytes(poll), tmp_path))
    assert (code, said[-1]) == (0, "Le recomptage donne le même résultat.")
    assert (tmp_path / "papier.csv").read_text().splitlines()[1] == "ville;12;0;11;Un non rapporté."
