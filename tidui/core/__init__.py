"""The calculators: facts and dated rules in, rows, issues and a trace out.

No clock, no files, no database, no language. Money is an ``int`` of minor units, a share an ``int``
of parts per million, a date an ``int`` day number at the edge to SQL and a ``date`` elsewhere;
ratios and scores are ``Fraction`` until the rounding point that the scheme names.
"""
