"""Writing measures: entered by one, checked by another, corrected by a new row."""
