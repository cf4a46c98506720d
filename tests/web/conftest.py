"""The cast: a small bank with two branches, and one person of each kind.

Alice is an RM of branch A, Bob heads branch A, Charlie is an RM of branch B and has no access to
anything of branch A, Dana is HR, Eve audits, Frank runs the appraisal office, Grace sits in the
appraisal group, Sam is the system administrator, Sue grants roles.
"""

from __future__ import annotations

from tests.apps.cast import bank, clients, people

__all__ = ["bank", "clients", "people"]
