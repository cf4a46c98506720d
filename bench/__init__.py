"""The benchmarks that the docs quote: one module for each, run by ``python -m bench``."""
