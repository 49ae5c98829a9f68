"""PostgreSQL behind the store's contract."""
