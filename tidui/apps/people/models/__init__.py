"""What is stored about units, employees, users and their roles."""

from tidui.apps.people.models.employees import Employee, EmployeeSpell
from tidui.apps.people.models.imports import PeopleImport
from tidui.apps.people.models.units import Unit, UnitSpell
from tidui.apps.people.models.users import Deputy, LoginLink, RoleGrant, User

__all__ = [
    "Deputy", "Employee", "EmployeeSpell", "LoginLink", "PeopleImport", "RoleGrant", "Unit",
    "UnitSpell", "User",
]  # fmt: skip
