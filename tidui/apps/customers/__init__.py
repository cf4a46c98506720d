"""Customers: accounts and their attribution to people."""
