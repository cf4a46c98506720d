"""The SQL texts: functions that return names and texts and touch nothing."""
