"""The worker: takes jobs by lease, keeps the lease while it works, seals the audit log between.

One loop per process. A killed worker leaves a lease that runs out; whoever takes the job then
begins it anew, which each kind of work allows.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.utils import timezone

from tidui.apps.audit.sealing import seal_entries, write_anchor
from tidui.apps.audit.services import Actor
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.registry import CancelledError, Outcome, work_of
from tidui.apps.jobs.services import (
    RENEW_SECONDS,
    break_job,
    end_job,
    renew,
    stop_job,
    take_job,
)
from tidui.core.values import issue
from tidui.ledger import LedgerError

log = logging.getLogger(__name__)
SEAL_EVERY = timedelta(minutes=1)


class Worker:
    """Takes one job after the other until it is told to stop."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now, *, beats: bool = True) -> None:
        """Make a worker; one without beats holds its job for one lease and no longer."""
        self.clock, self.beats = clock, beats
        self.stopping = threading.Event()
        self._sealed_at: datetime | None = None

    def run(self, idle_seconds: float = 1.0) -> None:
        """Work until told to stop; a busy database is waited for and never ends the loop."""
        while not self.stopping.is_set():
            try:
                busy = self.work_once()
                self.keep_house()
            except OperationalError as error:
                log.warning("the database is busy: %s", error)
                connection.close()
                busy = False
            if not busy:
                self.stopping.wait(idle_seconds)

    def stop(self) -> None:
        """End after the present job."""
        self.stopping.set()

    def work_once(self) -> bool:
        """Take and do one job; tell whether there was one."""
        job = take_job(self.clock())
        if job is None:
            return False
        pulse = Pulse(job, self.clock)
        try:
            with pulse.beating() if self.beats else nullcontext():
                outcome = self._do(job, pulse)
        except CancelledError:
            stop_job(job, self.clock())
            return True
        except Exception as error:  # noqa: BLE001  a fault of one kind must not end the worker
            log.error("job %s broke\n%s", job.public_id, traceback.format_exc())
            break_job(job, self.clock(), f"{type(error).__name__}: {error}")
            return True
        end_job(job, self.clock(), outcome)
        return True

    def _do(self, job: Job, pulse: Pulse) -> Outcome:
        actor = Actor(job.asked_by, self.clock(), job.address)
        work = work_of(job.kind)
        if work is None:
            return Outcome({}, (issue("job.unknown-kind", job.kind),))
        try:
            return work(job.arguments, actor, pulse.told)
        except LedgerError as error:
            return Outcome({}, tuple(error.issues))

    def keep_house(self) -> None:
        """Seal what was committed since the last minute, and anchor the newest seal once a day."""
        now = self.clock()
        if self._sealed_at is not None and now - self._sealed_at < SEAL_EVERY:
            return
        self._sealed_at = now
        while seal_entries():
            pass
        write_anchor(timezone.localdate(now))


class Pulse:
    """Keeps a lease alive from a thread of its own, and passes a wish to cancel on."""

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self.job, self.clock = job, clock
        self.figures = (0, 0, "")
        self.lost = threading.Event()
        self._over = threading.Event()

    def told(self, done: int, total: int, stage: str) -> None:
        """Take a figure of progress; raises ``CancelledError`` where the work has to stop."""
        self.figures = (done, total, stage)
        if self.lost.is_set():
            raise CancelledError

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat while the work goes on."""
        thread = threading.Thread(target=self._beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _beat(self) -> None:
        """Write progress every second where it moved, and renew the lease in any case."""
        written, since = self.figures, 0.0
        while not self._over.wait(1.0):
            since += 1.0
            if self.figures == written and since < RENEW_SECONDS and not self._asked():
                continue
            written, since = self.figures, 0.0
            try:
                renew(self.job, self.clock(), *written)
            except CancelledError:
                self.lost.set()
                break
            except OperationalError as error:
                log.warning("lease of %s not renewed: %s", self.job.public_id, error)
        connection.close()

    def _asked(self) -> bool:
        return Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists()
