"""Coursewright: an outline in, a finished course out.

This package is the course itself: outline, batches, prompts, lessons and their checks, figures, labs,
book, models and store. It is plain Python and knows nothing of Prefect, so it works in a notebook or a
script as it does under the flows.
"""

__version__ = "0.1.0"
