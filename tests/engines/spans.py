"""Days that the engine's tests look at."""

from datetime import date

from tidui.core.calendar import Span, day_number

SPAN = Span(day_number(date(2024, 2, 10)), day_number(date(2024, 3, 20)))
"""A leap day inside, two month ends."""
