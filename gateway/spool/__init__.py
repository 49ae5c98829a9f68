"""The spool: rows on this machine's disk while Kafka is away."""
