"""Appraisal: schemes, plans of targets, cycles, results, decisions, objections, pay."""
