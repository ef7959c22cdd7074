"""The page of a document, and the door of its file."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import RoleAssignment
from bp_platform.core.actors import RESIDENT
from bp_platform.documents import keys, publication, rendering, selectors, services, storage
from bp_platform.documents.models import Job
from tests.documents.conftest import ARGUMENTS


@pytest.fixture
def job(paper, paula, at):
    return services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)


@pytest.fixture
def done(job, at, monkeypatch):
    monkeypatch.setattr(rendering, "render_pdf", lambda *args, **kwargs: b"%PDF-1.7 the note")
    services.run_job(job.uid, at)
    job.refresh_from_db()
    return job


def body(answer) -> str:
    return answer.content.decode()


def test_the_page_shows_the_progress(sign_in, town, paula, job):
    client = sign_in(paula)
    Job.objects.update(state="running", attempts=1, started_at=job.created_at, lease_until=job.created_at, progress=55)

    page = body(client.get(f"/documents/{job.uid}/"))

    assert "Fiche du projet" in page
    assert 'value="55"' in page
    assert f'hx-get="/documents/{job.uid}/"' in page
    assert f'<a href="/documents/{job.uid}/">Actualiser</a>' in page


def test_the_fragment_is_what_a_reload_would_show(sign_in, town, paula, done):
    client = sign_in(paula)

    page = body(client.get(f"/documents/{done.uid}/"))
    fragment = body(client.get(f"/documents/{done.uid}/", headers={"HX-Request": "true"}))

    assert fragment.strip() in page
    assert "Télécharger (PDF," in fragment
    assert "hx-get" not in fragment


def test_the_page_links_to_its_web_twin(sign_in, town, paula, job):
    assert 'href="/2026/projets/BP26-0143/"' in body(sign_in(paula).get(f"/documents/{job.uid}/"))


def test_a_weight_is_said_as_people_know_it():
    assert [selectors.weight(size) for size in (1, 131_072, 2_400_000)] == ["1\u00a0ko", "132\u00a0ko", "2,4\u00a0Mo"]


def test_a_failure_says_why_and_offers_to_try_again(sign_in, town, paula, job, at):
    client = sign_in(paula)
    Job.objects.update(state="failed", error="Aucun projet n’est au vote.", finished_at=at)

    page = body(client.get(f"/documents/{job.uid}/"))
    answer = client.post(f"/documents/{job.uid}/recommencer/")

    assert "Aucun projet n’est au vote." in page
    assert (answer.status_code, answer.url) == (303, f"/documents/{job.uid}/")
    assert Job.objects.get().state == "queued"


def test_a_resident_comes_back_with_their_key(client, town, paper, at, db):
    job = services.request_job("note", arguments=ARGUMENTS, by=RESIDENT, at=at)

    assert client.get(selectors.job_url(job, with_key=True)).status_code == 200
    assert client.get(selectors.job_url(job)).status_code == 404
    assert client.get(f"/documents/{job.uid}/?cle={'0' * 32}").status_code == 404


def test_a_stranger_sees_neither_page_nor_file(sign_in, client, town, chloe, done):
    address = publication.public_url(done.result)

    assert [client.get(url).status_code for url in (f"/documents/{done.uid}/", address)] == [404, 404]
    stranger = sign_in(chloe)
    assert [stranger.get(url).status_code for url in (f"/documents/{done.uid}/", address)] == [404, 404]
    assert stranger.post(f"/documents/{done.uid}/recommencer/").status_code == 404


def test_who_lost_the_role_lost_the_file(sign_in, town, paula, done):
    RoleAssignment.objects.filter(user=paula).delete()

    assert sign_in(paula).get(publication.public_url(done.result)).status_code == 404


def test_the_file_is_saved_never_run(sign_in, town, paula, done):
    answer = sign_in(paula).get(publication.public_url(done.result))

    assert b"".join(answer.streaming_content) == b"%PDF-1.7 the note"
    assert {
        name: answer[name]
        for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="fiche.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def test_a_public_picture_is_cached_for_ever(client, town, paper, at, db):
    stored = storage.keep(b"RIFF", kind="image", name="préau.webp", content_type="image/webp", at=at)
    assert client.get(publication.public_url(stored)).status_code == 404

    publication.publish(stored, at=at)

    answer = client.get(publication.public_url(stored))
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Disposition"].startswith("inline")


def test_a_signed_address_opens_one_file_for_half_a_day(client, town, paper, at, db, monkeypatch):
    mine, other = (
        storage.keep(b"x", kind="attachment", name=f"{n}.pdf", content_type="application/pdf", at=at) for n in "ab"
    )
    monkeypatch.setattr("bp_platform.documents.views.timezone.now", lambda: at)
    key = keys.file_key(mine, at)

    assert client.get(publication.private_url(mine, at)).status_code == 200
    assert client.get(f"{publication.public_url(other)}?cle={key}").status_code == 404
    assert not keys.opens_file(key, mine, at + keys.LINK_LASTS)


def test_the_moderation_opens_attachments_and_no_report(sign_in, town, paula, paper, at):
    attached = storage.keep(b"x", kind="attachment", name="a.pdf", content_type="application/pdf", at=at)
    report = storage.keep(b"x", kind="report", name="r.pdf", content_type="application/pdf", at=at)
    client = sign_in(paula)

    found = [client.get(publication.public_url(stored)).status_code for stored in (attached, report)]

    assert found == [200, 404]


def test_the_page_costs_few_queries(sign_in, town, paula, done, django_assert_max_num_queries):
    client = sign_in(paula)
    client.get(f"/documents/{done.uid}/")

    with django_assert_max_num_queries(6):
        client.get(f"/documents/{done.uid}/")
