"""The example bank in the database and in a ledger folder of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.apps.cast import Clients, actor
from tidui.apps.appraisal.models import Cycle, CycleRun, Result, SchemeVersion
from tidui.apps.appraisal.services.cycles import open_cycle
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.worker import Worker
from tidui.apps.people.models import User
from tidui.apps.people.services.first import make_ledger
from tidui.cli.demo_bank import (
    adopt_schemes,
    enter_decided_tables,
    enter_people,
    load_deliveries,
)

EXAMPLES = Path(__file__).parents[3] / "examples"


@dataclass
class Example:
    """The example bank, ready to be appraised.

    Attributes:
        annual, quarterly: adopted schemes with locked plans.
        clients: the cast's clients by user name.
    """

    annual: SchemeVersion
    quarterly: SchemeVersion
    clients: Clients

    def cycle(self, period: str = "2025") -> Cycle:
        """Open a cycle of the annual or the quarterly scheme."""
        scheme = self.annual if len(period) == 4 else self.quarterly
        return open_cycle(by=actor("frank"), scheme=scheme, period=period)

    def compute(self, cycle: Cycle) -> CycleRun:
        """Ask for the computation as the office would, and let the worker do it."""
        frank: Client = self.clients["frank"]
        frank.post(f"/appraisal/cycles/{cycle.public_id}/compute/")
        self.work()
        return cycle.runs.get(kind="run", current=True)

    def work(self) -> Job:
        """Let the worker do one job, which must succeed."""
        assert Worker(beats=False).work_once()
        job = Job.objects.exclude(ended_at=None).latest("ended_at")
        assert job.state == "done", job.issues
        return job

    def result(self, run: CycleRun, subject: str = "E001") -> Result:
        """Return the result of one subject."""
        return run.results.get(subject=subject)


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger folder with what core banking delivers; to be copied, not written to."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("delivered") / "ledger"
    before = settings.LEDGER_FOLDER
    settings.LEDGER_FOLDER = folder
    make_ledger()
    load_deliveries(EXAMPLES)
    settings.LEDGER_FOLDER = before
    return folder


@pytest.fixture
def example(db: None, settings: Any, tmp_path: Path, delivered: Path) -> Example:
    """The example bank with people, attributions, measures, targets and two adopted schemes."""
    shutil.copytree(delivered, tmp_path / "ledger")
    settings.LEDGER_FOLDER = tmp_path / "ledger"
    settings.FILES_FOLDER = tmp_path / "files"
    enter_people(EXAMPLES)
    enter_decided_tables(EXAMPLES)
    annual, quarterly = adopt_schemes(EXAMPLES)
    users = {user.username: user for user in User.objects.all()}
    return Example(annual, quarterly, Clients(users))
