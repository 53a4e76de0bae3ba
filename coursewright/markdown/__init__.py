"""Markdown as lessons, labs and the book read it: one parse, with line numbers."""
