"""The installation: settings from the environment, the table of addresses, the server's entry."""
