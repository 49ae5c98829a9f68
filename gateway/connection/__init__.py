"""How the bytes of HTTP come and go: heads, bodies, TLS, and the two ways to an exchange."""
