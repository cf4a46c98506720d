"""Staged tables: what was wrong with the rows of an upload, as a list that exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tidui.ui.tables import Column, Listing


def faults_listing(heading: Callable[[str], str], words: Mapping[str, Any]) -> Listing:
    """Return the list of faults: rows are (line, column, value, code), words say each code."""
    return Listing(
        "import-faults", _("Rows with faults"),
        columns=(
            Column("line", _("Line"), lambda one: one[0], kind="number"),
            Column("column", _("Column"), lambda one: heading(one[1]) if one[1] else ""),
            Column("value", _("Value"), lambda one: one[2]),
            Column("fault", _("What is wrong"), lambda one: str(words[one[3]])),
        ),
    )  # fmt: skip
