"""Navigation, home pages, the auditor's pages: what belongs to no single room."""
