"""How operations come over HTTP, and how they are answered."""
