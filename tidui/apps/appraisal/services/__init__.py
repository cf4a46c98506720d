"""The appraisal's services, one module per noun."""
