"""People: organisation, employees, posts, grades, roles, who may see whom."""
