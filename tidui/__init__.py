"""Tidui (梯队): builds, measures, develops, appraises and pays a bank's relationship managers."""
