"""A forty-page annual review, made in a process of its own: its seconds and its memory."""

from __future__ import annotations

import json
import logging
import re
import resource
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

from bp_platform.demo.bench.measures import Figure

LAUREATES = 60


def review(slug: str, bare_ms: float) -> list[Figure]:
    """The published review of an edition with sixty laureates, in PDF; `bare_ms`: the bare view of the same run."""
    code = f"import django; django.setup(); from bp_platform.demo.bench import paper; paper.tell({slug!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    note = f"{told['pages']} pages, {told['kB']:.0f} kB, {1000 * told['seconds'] / bare_ms:,.0f} × bare"
    return [
        Figure(f"annual review of {LAUREATES} laureates in PDF", told["seconds"], "s", 10, note=note),
        Figure("memory of its making", told["MiB"], "MiB", 512),
    ]


class _Pages(logging.Handler):
    """The pages that WeasyPrint says it lays out."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.pages: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        found = re.search(r"Page (\d+)", record.getMessage())
        if found:
            self.pages.add(int(found[1]))


def tell(slug: str) -> None:
    """What the process of its own says."""
    sys.stdout.write(json.dumps(_make(slug)) + "\n")


def _make(slug: str) -> dict[str, float]:
    from bp_platform.documents import rendering
    from realisation import figures, review_report, selectors
    from realisation.models import OneYearReview

    kept = OneYearReview.objects.select_related("cycle").get(cycle__slug=slug)
    data: dict[str, Any] = dict(review_report.build({"cycle": slug}))
    document = _longer(figures.read(kept.document or {}))
    dates = {name: getattr(data["page"], name) for name in ("published_on", "validated", "validated_on")}
    data["page"] = selectors.page_of(document, kept.cycle, **dates)
    rendering.pdf_of("<!doctype html><html lang='fr'><title>x</title><p>x</p></html>")  # a worker has it imported
    counted = _Pages()
    logging.getLogger("weasyprint.progress").addHandler(counted)
    start = time.perf_counter()
    spec = review_report.ONE_YEAR_REVIEW
    content = rendering.render_pdf(
        spec.template, data, language="fr", title=str(spec.title), progress=lambda _percent, _words: None
    )
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = max(counted.pages, default=0)
    return {"seconds": seconds, "MiB": peak, "pages": pages, "kB": len(content) / 1000}


def _longer(document: Any) -> Any:  # Any: figures.Document, imported once Django is set up
    """The same review with sixty laureates, each with a longer text, and three more chapters."""
    figures = document.figures
    own = [block for block in document.blocks if block.kind == "laureate"]
    more, blocks = [], []
    for place in range(LAUREATES):
        project, block = figures.laureates[place % len(own)], own[place % len(own)]
        number = f"BP99-{place + 1:04d}"
        more.append(replace(project, number=number))
        text = f"{block.text}\n\n{project.news} {block.text}"
        blocks.append(replace(block, key=f"laureat-{number}", text=text))
    rest = [block for block in document.blocks if block.kind != "laureate"]
    words = "\n\n".join(block.text for block in rest)
    chapters = [replace(rest[0], key=f"texte-{n}", kind="own", title=f"Annexe {n}", text=words) for n in range(1, 4)]
    whole = (*rest[:4], *blocks, *rest[4:], *chapters)
    return replace(document, figures=replace(figures, laureates=tuple(more)), blocks=whole)
