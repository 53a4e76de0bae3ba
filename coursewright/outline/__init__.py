"""A course outline: read, checked, and explained to its author where it is wrong."""

from coursewright.outline.load import load_outline
from coursewright.outline.problems import OutlineError, Problem

__all__ = ["OutlineError", "Problem", "load_outline"]
