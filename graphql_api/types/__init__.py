"""The types of the schema, one noun a file. Each is made from a row of the store, whose plain fields it holds ready."""
