"""What waits for whom: confirming one's accounts, approving proposals, answering claims."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.customers.access import attributions_in
from tidui.apps.customers.models import Handover
from tidui.apps.customers.queries.conflicts import waiting_count
from tidui.apps.customers.queries.holdings import (
    claims_in,
    first_of,
    has_holdings,
    month_of,
    said_for,
)
from tidui.apps.people.access import standing
from tidui.ui.todo import Item

DUE_DAY = 10
"""Day of the month by which what counts as one's own is to be confirmed."""


def waiting(request: HttpRequest) -> Iterator[Item]:
    """Yield what waits for whoever asks."""
    asked = standing(request)
    me = asked.user.employee
    if me is not None:
        month = month_of(asked.today)
        first = first_of(month)
        if has_holdings(me.employee_no, first) and not said_for(me.employee_no, month).exists():
            yield Item(
                _("Confirm your accounts"), month, reverse("customers:my_accounts"),
                first.replace(day=DUE_DAY), icon="wallet",
            )  # fmt: skip
    if not asked.may("attributions.write"):
        return
    scope = asked.scope("attributions.write")
    proposals = waiting_count(attributions_in(scope, asked.today), asked.user.username)
    if proposals:
        yield Item(
            _("Approve attributions"), _("proposed by others"),
            reverse("customers:attributions_waiting"), count=proposals, icon="arrows-split-2",
        )  # fmt: skip
    claims = claims_in(scope, asked.today).filter(answered_at=None).count()
    if claims:
        yield Item(
            _("Answer claims"), _("about accounts that count as somebody's"),
            f"{reverse('customers:claims')}?state=open", count=claims, icon="message-question",
        )  # fmt: skip
    if scope.whole_bank:
        moves = Handover.objects.filter(state=Handover.State.PROPOSED)
        count = moves.exclude(proposed_by=asked.user.username).count()
        if count:
            yield Item(
                _("Approve hand-overs"), _("all attributions of one person"),
                f"{reverse('customers:handovers')}?state=proposed", count=count,
                icon="arrows-transfer-down",
            )  # fmt: skip
