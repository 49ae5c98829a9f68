"""The pieces of a Kafka on this machine: Java and the artefacts, the guard around a broker, its settings, the choice."""
