"""The checks of a guide. Errors keep it from being published, warnings are shown, notes only recorded."""

from coursewright.labs.checks.registry import LAB_CHECKS, check_lab

__all__ = ["LAB_CHECKS", "check_lab"]
