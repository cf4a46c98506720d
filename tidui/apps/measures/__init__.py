"""Measures: the one table into which every room delivers."""
