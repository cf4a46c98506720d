"""Evaluation: one function per node kind, exact, the same with and without a trace."""
