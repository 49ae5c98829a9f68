"""The read side: one GraphQL schema over the store, served over HTTP. It never writes."""
