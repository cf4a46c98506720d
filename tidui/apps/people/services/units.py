"""Units: founding, moving, closing."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Unit, UnitSpell
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.names import sort_key
from tidui.apps.people.tree import unit_tree


@transaction.atomic
def found_unit(
    *, by: Actor, org_code: str, name: str, kind: str, parent: Unit | None, valid_from: date
) -> Unit:
    """Enter a new unit below another."""
    unit = Unit(org_code=org_code.strip(), name=name.strip(), sort_key=sort_key(name))
    unit.full_clean()
    unit.save()
    spell = UnitSpell(unit=unit, parent=parent, kind=kind, valid_from=valid_from)
    spell.full_clean()
    spell.save()
    after = {"kind": kind, "parent": parent and parent.org_code, "valid_from": valid_from}
    record(by, "people.unit-founded", unit, after=after)
    return unit


@transaction.atomic
def move_unit(*, by: Actor, unit: Unit, parent: Unit | None, valid_from: date) -> UnitSpell:
    """Hang a unit below another from a day on; never below itself."""
    if parent is not None and parent.pk in unit_tree(valid_from).below(unit.pk):
        raise ValidationError(_("A unit can't hang below itself."))
    present = _present(unit, valid_from)
    before = {"parent": present.parent and present.parent.org_code}
    if valid_from == present.valid_from:
        present.parent = parent
        made = present
    else:
        present.valid_to = valid_from
        present.save(update_fields=["valid_to"])
        made = UnitSpell(unit=unit, parent=parent, kind=present.kind, valid_from=valid_from)
    made.full_clean()
    made.save()
    after = {"parent": parent and parent.org_code, "valid_from": valid_from}
    record(by, "people.unit-moved", unit, before=before, after=after)
    return made


@transaction.atomic
def close_unit(*, by: Actor, unit: Unit, valid_to: date) -> None:
    """End a unit on a day; nobody and nothing may hang below it then."""
    below = unit_tree(valid_to).below(unit.pk) - {unit.pk}
    people = unit.members.filter(valid_on(valid_to)).exclude(status="left").exists()
    people = people or unit.occupants.filter(valid_on(valid_to)).exclude(status="left").exists()
    if below or people:
        raise ValidationError(_("Units or people still belong to it on that day."))
    present = _present(unit, valid_to)
    present.valid_to = valid_to
    present.full_clean()
    present.save(update_fields=["valid_to"])
    record(by, "people.unit-closed", unit, after={"valid_to": valid_to})


def _present(unit: Unit, on: date) -> UnitSpell:
    found = unit.spells.filter(valid_on(on)).first()
    if found is None:
        raise ValidationError(_("The unit does not exist on that day."))
    if found.valid_to is not None:
        raise ValidationError(_("A later change of this unit is entered already."))
    return found
