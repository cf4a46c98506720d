"""Simulating a version on a past period: cost, winners and losers, for whom one may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.appraisal.scheme_factory import EXAMPLE, by, make_adopted, make_draft
from tests.apps.cast import Bank, Clients, actor, make_grant
from tidui.apps.appraisal.models import SchemeVersion, Simulation
from tidui.apps.appraisal.queries.simulations import choices_against, histogram
from tidui.apps.appraisal.services.schemes import copy_scheme, edit_scheme
from tidui.apps.appraisal.services.simulations import ask_simulation
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.worker import Worker
from tidui.apps.people.models import Employee
from tidui.apps.people.models.users import Role
from tidui.cli.demo import load_example
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.calendar import parse_period
from tidui.runs.appraisals import run_appraisal

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def ledger_of_2025(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example bank's ledger folder with the run of 2025."""
    folder = tmp_path_factory.mktemp("simulated") / "ledger"
    opened = load_example(EXAMPLES, folder, "en")
    loaded, _issues = load_scheme(EXAMPLE)
    assert loaded is not None
    assert run_appraisal(opened, loaded, parse_period("2025")).path is not None
    return folder


@pytest.fixture
def richer(bank: Bank, settings: Any, ledger_of_2025: Path) -> SchemeVersion:
    """A second version that pays 2,000 a point instead of 1,500."""
    settings.LEDGER_FOLDER = ledger_of_2025
    second = copy_scheme(by=by("frank"), version=make_adopted())
    text = second.text.replace("values: {2025-01-01: 1_500}", "values: {2025-01-01: 2_000}")
    return edit_scheme(by=by("frank"), version=second, text=text, lock=1)


def work(version: SchemeVersion, against: str, period: str = "") -> Job:
    """Ask for a simulation and let the worker do it."""
    job = ask_simulation(by=actor("frank"), version=version, against=against, period=period)
    assert Worker(beats=False).work_once()
    job.refresh_from_db()
    return job


def test_a_version_is_set_beside_a_run(richer: SchemeVersion, clients: Clients) -> None:
    choices = choices_against(richer)
    assert [value.partition(":")[0] for value, _ in choices] == ["run", "version"]
    job = work(richer, choices[0][0])
    assert job.state == "done"
    made = Simulation.objects.get()
    assert job.result["address"].endswith(f"/simulations/{made.public_id}/")
    assert (made.period, made.against) == ("2025", "example-annual v1")
    page = clients["frank"].get(job.result["address"])
    totals = page.context["totals"]
    assert 3 * totals.after > 3 * totals.before > 0
    assert totals.winners == sum(bar.people for bar in page.context["bars"]) - totals.same
    assert totals.losers == 0


def test_the_same_question_has_one_answer(richer: SchemeVersion) -> None:
    against = choices_against(richer)[0][0]
    work(richer, against)
    work(richer, against)
    assert Simulation.objects.count() == 1


def test_a_version_is_set_beside_another_in_a_period(richer: SchemeVersion) -> None:
    job = work(richer, choices_against(richer)[1][0], "2025")
    assert job.state == "done"
    assert Simulation.objects.get().rows.count() > 5


def test_an_open_figure_refuses_and_is_named(
    bank: Bank, settings: Any, ledger_of_2025: Path
) -> None:
    settings.LEDGER_FOLDER = ledger_of_2025
    draft = make_draft(EXAMPLE.replace("min_group: 5", "min_group: open"))
    job = work(draft, choices_against(draft)[0][0])
    assert job.state == "failed"
    assert "scheme.open" in {found[0] for found in job.issues}
    assert Simulation.objects.count() == 0


def test_only_a_past_period_can_be_simulated(richer: SchemeVersion) -> None:
    against = choices_against(richer)[1][0]
    for period in ("2099", "soon", ""):
        with pytest.raises(ValidationError):
            ask_simulation(by=actor("frank"), version=richer, against=against, period=period)


def test_somebody_with_a_part_of_the_bank_sees_that_part(
    richer: SchemeVersion, bank: Bank, clients: Clients
) -> None:
    work(richer, choices_against(richer)[0][0])
    made = Simulation.objects.get()
    known = set(made.rows.values_list("subject", flat=True))
    assert known & {"E001"} == {"E001"}
    bank.users["dana"].grants.all().delete()
    make_grant(bank.users["dana"], Role.HR, unit=bank.branch_a)
    address = f"/appraisal/simulations/{made.public_id}/"
    page = clients["dana"].get(address)
    subjects = {row[1].text for row in page.context["list"].rows}
    assert subjects == {"E001"}
    assert page.context["totals"].winners + page.context["totals"].same == 1
    exported = clients["dana"].get(f"{address}?export=csv").content.decode("utf-8-sig")
    assert "E002" not in exported
    assert Employee.objects.filter(employee_no="E002").exists()
    for stranger in ("alice", "bob", "charlie", "sam"):
        assert clients[stranger].get(address).status_code == 404
        assert clients[stranger].get(f"{address}?export=xlsx").status_code == 404


def test_a_simulation_asks_as_often_for_all_as_for_one(
    richer: SchemeVersion, clients: Clients
) -> None:
    work(richer, choices_against(richer)[0][0])
    path = f"/appraisal/simulations/{Simulation.objects.get().public_id}/"
    clients["frank"].get(path)
    counts = []
    for query in ("?q=E001", "?sort=rank"):
        with CaptureQueriesContext(connection) as asked:
            clients["frank"].get(path + query)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_page_asks_for_a_simulation(richer: SchemeVersion, clients: Clients) -> None:
    path = f"/appraisal/schemes/{richer.public_id}/simulate/"
    against = choices_against(richer)[0][0]
    page = clients["frank"].post(path, {"against": against, "period": ""})
    assert "/jobs/" in page["Location"]
    assert clients["eve"].get(path).status_code == 200
    assert clients["eve"].post(path, {"against": against}).status_code == 404


@pytest.mark.parametrize("changes", [[], [0], [5, 5], [-(10**9), 10**9], list(range(-999, 999, 7))])
def test_each_person_stands_in_one_bar(changes: list[int]) -> None:
    bars = histogram(changes, "CNY")
    assert sum(bar.people for bar in bars) == len(changes)
    assert len(bars) <= 13
    for bar in bars:
        inside = [c for c in changes if bar.low * 100 <= c < bar.high * 100]
        assert len(inside) == bar.people
