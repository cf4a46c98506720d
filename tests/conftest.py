"""How property tests are run: without deadlines, and in CI with the same examples each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("tidui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("tidui"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "tidui")
