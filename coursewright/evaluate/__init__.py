"""What a model's lessons are worth: a small fixed set, written by any model and scored by the checks."""
