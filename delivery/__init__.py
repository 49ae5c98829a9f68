"""The shared words of the product: pure, without a transport, a database or a clock of its own."""
