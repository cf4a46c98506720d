"""Writing: drafts, mappings, loads, reverts, and the projection of customers and accounts."""
