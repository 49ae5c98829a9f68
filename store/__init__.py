"""Where views and history live: one contract, SQLite and PostgreSQL behind it."""
