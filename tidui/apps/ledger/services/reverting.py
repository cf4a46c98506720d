"""Taking a delivery back, as a job: the months that it touches are written anew."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.services import ask_for
from tidui.apps.ledger.folder import the_ledger
from tidui.ledger.supersession import active_deliveries


def ask_revert(*, by: Actor, number: int, reason: str) -> Job:
    """Ask to take a delivery back.

    Raises
    ------
    ValidationError
        If there is no such delivery in force, or the product itself has frozen it.
    """
    ledger = the_ledger()
    found = active_deliveries(ledger.entries()).get(number)
    if found is None:
        raise ValidationError(_("This delivery is taken back already."))
    if ledger.folder.masters.get(found.table, "files") == "database":
        raise ValidationError(
            _("The product keeps this table itself; correct it there and it is frozen anew.")
        )
    return ask_for(
        by=by, kind="ledger.revert", key=f"ledger.revert:{number}",
        title=_("Take back delivery %(n)s") % {"n": number},
        arguments={"delivery": number, "reason": reason},
    )  # fmt: skip
