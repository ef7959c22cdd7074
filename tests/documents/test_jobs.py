"""The life of a document: ordered, made once, resumed, refused, failed in words."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.documents import rendering, services, storage
from bp_platform.documents.models import Job, StoredFile
from tests.documents.conftest import ARGUMENTS

MINUTE = timedelta(minutes=1)


@pytest.fixture
def quick(monkeypatch):
    """The layout itself is tested elsewhere: here a document is made at once."""
    made = []

    def render_pdf(template, context, *, language, title, progress):
        progress(50, "Mise en page")
        made.append(context["text"])
        return f"%PDF-1.7 {context['text']}".encode()

    monkeypatch.setattr(rendering, "render_pdf", render_pdf)
    return made


def facts(job):
    job.refresh_from_db()
    return (job.state, job.attempts, job.progress, job.error)


def test_ordered_then_made(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    assert facts(job) == ("queued", 0, 0, "")
    assert services.run_job(job.uid, at) is True
    assert facts(job) == ("done", 1, 100, "")
    assert storage.content_of(job.result) == "%PDF-1.7 Le préau de l’école Jules-Ferry".encode()
    assert (job.result.original_name, job.result.kind, job.result.owner) == ("fiche.pdf", "report", paula)
    assert list(JournalEntry.objects.filter(subject__contains="job").values_list("act", "role")) == [
        ("order:note", "participation")
    ]


def test_the_worker_is_woken_after_commit(paper, paula, at, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as wakeups:
        job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    assert [(call.task, call.arguments) for call in wakeups] == [("documents.run", (str(job.uid),))]


def test_refused_by_the_report_s_own_policy(paper, chloe, at):
    with pytest.raises(Refused, match="Cette fiche est réservée à l’équipe participation"):
        services.request_job("note", arguments=ARGUMENTS, by=chloe, at=at)

    assert Job.objects.count() == 0


def test_a_document_that_does_not_exist_is_refused(paper, paula, at):
    with pytest.raises(Refused, match="Ce document n’existe pas"):
        services.request_job("poster", arguments={}, by=paula, at=at)


def test_the_same_data_are_laid_out_once(paper, quick, paula, at):
    first = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    twin = services.request_job("note", arguments=ARGUMENTS, by=RESIDENT, at=at)
    services.run_job(first.uid, at)
    again = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    assert (twin.pk, again.pk, again.state) == (first.pk, first.pk, "done")
    assert len(quick) == 1


def test_changed_data_make_a_new_document(paper, quick, paula, at):
    first = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    services.run_job(first.uid, at)
    paper.text = "Le préau et son banc"

    second = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    assert (second.pk == first.pk, second.state) == (False, "queued")


def test_data_that_change_while_it_waits_are_those_printed(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    paper.text = "Corrigé"
    services.run_job(job.uid, at)

    assert quick == ["Corrigé"]
    assert services.request_job("note", arguments=ARGUMENTS, by=paula, at=at).pk == job.pk


def test_run_twice_makes_one(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    services.run_job(job.uid, at)

    assert services.run_job(job.uid, at) is False
    assert (len(quick), StoredFile.objects.count()) == (1, 1)


def test_what_a_dead_worker_left_is_resumed(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    Job.objects.update(state="running", attempts=1, started_at=at, lease_until=at + MINUTE)

    assert services.run_job(job.uid, at) is False  # its worker may be alive
    assert services.sweep_jobs(at + 2 * MINUTE) == 1
    assert services.run_job(job.uid, at + 2 * MINUTE) is True
    assert facts(job) == ("done", 2, 100, "")


def test_three_dead_workers_are_enough(paper, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    Job.objects.update(state="running", attempts=3, started_at=at, lease_until=at + MINUTE)

    services.sweep_jobs(at + 2 * MINUTE)

    assert facts(job) == ("failed", 3, 0, "La fabrication s’est interrompue 3 fois.")


def test_a_slow_worker_that_lost_its_lease_does_not_write_over(paper, quick, paula, at, monkeypatch):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    fast = rendering.render_pdf

    def slow(*args, **kwargs):
        monkeypatch.setattr(rendering, "render_pdf", fast)
        Job.objects.update(lease_until=at - MINUTE)
        services.run_job(job.uid, at)  # another worker takes it over and finishes
        return b"%PDF-1.7 late"

    monkeypatch.setattr(rendering, "render_pdf", slow)
    services.run_job(job.uid, at)

    assert facts(job) == ("done", 2, 100, "")
    assert storage.content_of(job.result) != b"%PDF-1.7 late"
    assert StoredFile.objects.count() == 1


def test_a_slow_worker_leaves_the_job_to_who_took_it_over(paper, quick, paula, at, monkeypatch):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    def slow(*args, **kwargs):
        Job.objects.update(attempts=2)  # another worker has it now
        return b"%PDF-1.7 late"

    monkeypatch.setattr(rendering, "render_pdf", slow)
    services.run_job(job.uid, at)

    assert facts(job)[:2] == ("running", 2)
    assert StoredFile.objects.count() == 0


def test_a_failure_is_a_sentence_and_can_be_tried_again(paper, quick, paula, at):
    paper.trouble = None
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    paper.trouble = KeyError("secret detail")
    services.run_job(job.uid, at)

    assert facts(job) == (
        "failed",
        1,
        5,
        "Le document n’a pas pu être fabriqué. Recommencez\u00a0; si l’échec persiste, prévenez l’équipe participation.",
    )
    paper.trouble = None
    services.retry_job(job, by=paula, at=at)
    services.run_job(job.uid, at)
    assert facts(job) == ("done", 1, 100, "")


def test_a_report_may_say_itself_why_it_fails(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    paper.trouble = ValidationError("Aucun projet n’est au vote.")

    services.run_job(job.uid, at)

    assert facts(job)[3] == "Aucun projet n’est au vote."


def test_what_did_not_fail_is_not_tried_again(paper, quick, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    with pytest.raises(Refused, match="Ce document n’a pas échoué"):
        services.retry_job(job, by=paula, at=at)


def test_a_full_disk_is_said_and_leaves_nothing(paper, quick, paula, at, settings):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)

    with full_disk():
        services.run_job(job.uid, at)

    assert facts(job)[0] == "failed"
    assert facts(job)[3] == ("L’espace de stockage est plein\u00a0: le fichier n’a pas été gardé. Prévenez la mairie.")
    assert StoredFile.objects.count() == 0
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


@contextmanager
def full_disk():
    """No file may grow beyond ten bytes: the operating system itself stops the write half-way."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_it_once(paper, quick, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=RESIDENT, at=at)

    def work(_):
        try:
            return services.run_job(job.uid, at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(work, range(4)))

    assert done == [False, False, False, True]
    assert (len(quick), StoredFile.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_are_one_job(paper, at):
    def order(_):
        try:
            return services.request_job("note", arguments=ARGUMENTS, by=RESIDENT, at=at).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(order, range(6)))

    assert (len(found), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "done"},
        {"state": "failed"},
        {"state": "running"},
        {"state": "cancelled"},
        {"progress": 101},
        {"error": "sans échec"},
    ],
)
def test_a_raw_update_cannot_lie(paper, at, db, lie):
    services.request_job("note", arguments=ARGUMENTS, by=RESIDENT, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(**lie)
