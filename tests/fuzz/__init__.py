"""A coverage-guided fuzzer for the pure half of the gateway: bytes and headers to rows, events and a reply."""
