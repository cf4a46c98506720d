"""What changes units, employees, users and roles."""
