"""Do delivered targets and measures come in the unit that the scheme reckons in?

A target of 1,000 万元 beside an average in yuan would make everybody excellent.
"""

from __future__ import annotations

from collections.abc import Iterator

from tidui.core.appraisal.evaluation.entries import list_entries
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.indicators import Measure
from tidui.core.calendar import Period
from tidui.core.values import Issue, issue


def check_delivered_units(
    scheme: Scheme, period: Period, inputs: Inputs, subjects: frozenset[str]
) -> Iterator[Issue]:
    """Name each target and measure of the period and subjects that is in another unit.

    Nothing is converted: a word for a unit that is not the scheme's own may mean anything.
    """
    units = {entry.name: entry.unit for entry in list_entries(scheme)}
    for target in inputs.targets:
        wanted = units.get(target.indicator, target.unit)
        mine = target.subject in subjects and target.period == period.text
        if mine and target.unit != wanted:
            yield issue("target.unit", f"targets.{target.indicator}", subject=target.subject,
                        indicator=target.indicator, unit=target.unit, wanted=wanted)  # fmt: skip
    read = [node for node in scheme.indicators.values() if isinstance(node, Measure)]
    for measure in inputs.measures:
        mine = measure.subject in subjects and measure.period == period.text
        for node in read if mine else ():
            if node.code == measure.measure and node.unit != measure.unit:
                yield issue("measure.unit", f"measures.{measure.measure}", subject=measure.subject,
                            measure=measure.measure, unit=measure.unit,
                            wanted=node.unit)  # fmt: skip
