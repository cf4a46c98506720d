"""Reading: deliveries, rejects, and what was not delivered."""
