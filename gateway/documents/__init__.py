"""The published interface: OpenAPI and AsyncAPI, from the types that are served."""
