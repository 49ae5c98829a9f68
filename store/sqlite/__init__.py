"""SQLite behind the store's contract."""
