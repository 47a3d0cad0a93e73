"""Goals and their arithmetic; pure functions and frozen results."""

from targets.assessment import STATES, Assessment, assess, assess_all
from targets.goal import Goal
from targets.lamps import Lamp

__all__ = ["STATES", "Assessment", "Goal", "Lamp", "assess", "assess_all"]
