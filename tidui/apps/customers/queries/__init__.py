"""Reading: attributions, what doesn't fit together in them, and what counts as whose."""
