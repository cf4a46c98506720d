"""Pages about hand-entered measures."""
