"""The appraisal's queries, one module per noun."""
