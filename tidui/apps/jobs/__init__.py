"""Jobs: long work with lease and progress."""
