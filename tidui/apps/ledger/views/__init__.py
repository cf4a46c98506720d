"""Pages of the ledger folder."""
