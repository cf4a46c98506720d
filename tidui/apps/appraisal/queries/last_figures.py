"""What people reached in the period before a plan's, out of the stored run of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tidui.apps.appraisal.models import Plan
from tidui.core.calendar import parse_period, previous_period
from tidui.runs.folder import read_run
from tidui.runs.records import read_lines

Figures = Mapping[str, Mapping[str, Fraction]]


def last_figures(plan: Plan) -> Figures:
    """Return indicator → subject → figure of the period before; empty where no run is stored.

    Of several runs of that period the newest is read, whatever version of the scheme it ran.
    """
    before = previous_period(parse_period(plan.period)).text
    path = _newest(settings.LEDGER_FOLDER, before, plan.scheme.scheme_id)
    return {} if path is None else _figures(str(path))


def _newest(folder: Path, period: str, scheme_id: str) -> Path | None:
    found = []
    for manifest in folder.glob(f"runs/{period}-*/manifest.json"):
        told = json.loads(manifest.read_text(encoding="utf-8"))
        if told["scheme"]["id"] == scheme_id and told["period"] == period:
            found.append((int(told["ledger"]["entry"]), int(told["scheme"]["version"]), manifest))
    return max(found)[2].parent if found else None


@lru_cache(maxsize=8)
def _figures(path: str) -> Figures:
    """Read the indicators of a run once: a stored run never changes."""
    run = read_run(Path(path))
    found: dict[str, dict[str, Fraction]] = {}
    for subject, name, packed in read_lines(run.text("indicators.jsonl")):
        if not isinstance(packed, dict):
            found.setdefault(name, {})[subject] = Fraction(str(packed))
    return found
