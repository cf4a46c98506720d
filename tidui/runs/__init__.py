"""Runs: appraise, explain, simulate, close, correct and verify over a ledger folder."""
