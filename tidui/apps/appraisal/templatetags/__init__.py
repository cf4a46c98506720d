"""Template filters of the appraisal."""
