"""The appraisal's forms, one module per noun."""
