"""What is stored of schemes, plans, cycles, results, decisions and what follows."""

from tidui.apps.appraisal.models.cycles import (
    Acknowledgement,
    Cycle,
    CycleRun,
    Publication,
    Result,
    SelfSummary,
)
from tidui.apps.appraisal.models.decisions import (
    Decision,
    GroupMember,
    Minute,
    Objection,
    ReviewRequest,
)
from tidui.apps.appraisal.models.followups import FollowUp
from tidui.apps.appraisal.models.plans import Plan, Target, TargetImport
from tidui.apps.appraisal.models.schemes import (
    SchemeAcknowledgement,
    SchemeVersion,
    Simulation,
    SimulationRow,
)

__all__ = [
    "Acknowledgement", "Cycle", "CycleRun", "Decision", "FollowUp", "GroupMember", "Minute",
    "Objection", "Plan", "Publication", "Result", "ReviewRequest", "SchemeAcknowledgement",
    "SchemeVersion", "SelfSummary", "Simulation", "SimulationRow", "Target", "TargetImport",
]  # fmt: skip
