"""Jobs: taken by lease, never twice at once, cancelled, and finished with their effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.apps.cast import Clients, actor
from tidui.apps.audit.models import AuditEntry, Seal
from tidui.apps.jobs import registry
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.registry import CancelledError, Outcome
from tidui.apps.jobs.services import LEASE, ask_for, cancel, end_job, renew, take_job
from tidui.apps.jobs.worker import Worker
from tidui.core.values import issue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """A kind of work that notes its arguments, and its effect on finishing."""
    noted: list[Any] = []

    def work(arguments: dict[str, Any], by: Any, progress: Callable[..., None]) -> Outcome:
        noted.append(arguments)
        return Outcome({"n": 1}, finish=lambda: noted.append("finished"))

    registry.register("test.work", work)
    yield noted
    registry._kinds.pop("test.work")


def ask(key: str = "one", kind: str = "test.work") -> Job:
    return ask_for(by=actor("frank", NOW), kind=kind, key=key, title=key, arguments={"key": key})


def worker() -> Worker:
    return Worker(lambda: NOW, beats=False)


def test_the_same_open_work_is_one_job(done: list[Any]) -> None:
    assert ask().pk == ask().pk
    assert worker().work_once()
    assert ask().state == "waiting", "after it has ended it may be asked for again"


def test_a_job_ends_together_with_its_effect(done: list[Any]) -> None:
    job = ask()
    assert worker().work_once()
    job.refresh_from_db()
    assert (job.state, job.result, done) == ("done", {"n": 1}, [{"key": "one"}, "finished"])
    assert not worker().work_once()


def test_a_running_job_is_left_alone_until_its_lease_runs_out(done: list[Any]) -> None:
    ask()
    first = take_job(NOW)
    assert first is not None
    assert take_job(NOW + LEASE / 2) is None
    second = take_job(NOW + LEASE + timedelta(seconds=1))
    assert second is not None
    assert second.attempt == 2
    with pytest.raises(CancelledError):
        renew(first, NOW, 1, 2, "late")
    assert not end_job(first, NOW, Outcome({}, finish=lambda: done.append("twice")))
    assert end_job(second, NOW, Outcome({}))
    assert done == []


def test_a_renewed_lease_keeps_the_job(done: list[Any]) -> None:
    ask()
    job = take_job(NOW)
    assert job is not None
    renew(job, NOW + LEASE - timedelta(seconds=1), 3, 10, "load")
    assert take_job(NOW + LEASE + timedelta(seconds=1)) is None
    job.refresh_from_db()
    assert (job.percent, job.stage) == (30, "load")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    done: list[Any],
) -> None:
    waiting = ask("a")
    cancel(by=actor("frank"), job=waiting)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    ask("b")
    running = take_job(NOW)
    assert running is not None
    cancel(by=actor("frank"), job=running)
    with pytest.raises(CancelledError):
        renew(running, NOW, 1, 2, "next")
    with pytest.raises(ValidationError):
        cancel(by=actor("frank"), job=waiting)


def test_an_error_among_the_issues_makes_a_failed_job_without_effect() -> None:
    finished: list[str] = []
    registry.register(
        "test.fails",
        lambda *_: Outcome(
            {}, (issue("job.broken", "", problem="x"),), lambda: finished.append("x")
        ),
    )
    job = ask(kind="test.fails")
    assert worker().work_once()
    job.refresh_from_db()
    assert (job.state, finished) == ("failed", [])


def test_a_fault_of_the_product_fails_the_job_and_not_the_worker() -> None:
    def breaks(*_: Any) -> Outcome:
        raise RuntimeError("out of order")

    registry.register("test.breaks", breaks)
    job = ask(kind="test.breaks")
    assert worker().work_once()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "out of order" in str(job.issues)


def test_the_worker_seals_the_audit_log_once_a_minute(settings: Any, tmp_path: Any) -> None:
    settings.ANCHOR_FOLDER = tmp_path
    ask()
    keeper = worker()
    keeper.keep_house()
    assert Seal.objects.count() == AuditEntry.objects.count() == 1
    ask("two")
    keeper.keep_house()
    assert Seal.objects.count() == 1, "not again within the minute"


def test_a_job_is_its_askers_and_the_offices(clients: Clients, done: list[Any]) -> None:
    job = ask()
    assert clients["frank"].get(f"/jobs/{job.public_id}/").status_code == 200
    assert clients["eve"].get(f"/jobs/{job.public_id}/").status_code == 200
    assert clients["alice"].get(f"/jobs/{job.public_id}/").status_code == 404
    page = clients["frank"].get(f"/jobs/{job.public_id}/", headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
