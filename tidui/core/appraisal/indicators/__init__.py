"""Indicators: the engine's integers become exact values. Nothing is rounded here."""
