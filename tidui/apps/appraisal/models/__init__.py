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
from tidui.apps.appraisal.models.pay import Clawback, Correction, PayLine, PayRun, WageBudget
from tidui.apps.appraisal.models.plans import Plan, Target, TargetImport
from tidui.apps.appraisal.models.schemes import (
    SchemeAcknowledgement,
    SchemeVersion,
    Simulation,
    SimulationRow,
)

__all__ = [
    "Acknowledgement", "Clawback", "Correction", "Cycle", "CycleRun", "Decision", "FollowUp",
    "GroupMember", "Minute", "Objection", "PayLine", "PayRun", "Plan", "Publication", "Result",
    "ReviewRequest", "SchemeAcknowledgement", "SchemeVersion", "SelfSummary", "Simulation",
    "SimulationRow", "Target", "TargetImport", "WageBudget",
]  # fmt: skip
