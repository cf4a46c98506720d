"""Pay: what was earned, withheld, refunded and deferred, as balanced entries in minor units."""
