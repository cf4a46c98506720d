"""Pages about attributions."""
