"""Days that the engine's tests look at, and how many random ledgers."""

from datetime import date
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tidui.core.calendar import Span, day_number

SPAN = Span(day_number(date(2024, 2, 10)), day_number(date(2024, 3, 20)))
"""A leap day inside, two month ends."""

EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""A ledger is made from a seed, so that shrinking it would find nothing simpler."""

RANDOM = st.integers(min_value=0, max_value=2**32).map(Random)
