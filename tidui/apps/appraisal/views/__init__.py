"""The appraisal's views, one module per noun."""
