"""Live sessions as they are kept: SQLite, written while somebody speaks, and read like recordings."""
