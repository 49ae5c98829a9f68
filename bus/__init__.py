"""Kafka, and the only room that knows its client: topics, the acknowledged publisher, batches with offsets, health."""
