"""Files: uploads by SHA-256."""
