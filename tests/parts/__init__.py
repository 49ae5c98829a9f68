"""The real parts that tests run against: Kafka and PostgreSQL, from wherever this machine can have them."""
