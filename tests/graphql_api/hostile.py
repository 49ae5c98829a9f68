"""Documents and bodies that mean harm: deep, wide, aliased, endless, or large. Whoever sends them knows the schema."""


def spread(levels: int, width: int) -> str:
    """Fragments that spread the next one in so many fields: width^levels fields, in a short text."""
    fragments = "".join(
        f"fragment F{level} on Message {{ "
        + "".join(
            f"a{at}: deliveries(first: 1) {{ nodes {{ message {{ ...F{level + 1} }} }} }} " for at in range(width)
        )
        + "} "
        for level in range(levels)
    )
    return f"{{ messages(first: 1) {{ nodes {{ ...F0 }} }} }} {fragments} fragment F{levels} on Message {{ id }}"


def deep_introspection(levels: int) -> str:
    text = "name"
    for _ in range(levels):
        text = f"fields {{ type {{ {text} }} }}"
    return f"{{ __schema {{ types {{ {text} }} }} }}"


HOSTILE: dict[str, str] = {
    "deep": "{ messages { nodes " + "{ deliveries { nodes { message " * 150 + "{ id }" + "} } }" * 150 + " } }",
    "wide": "{ " + "messages { nodes { id } } " * 200 + "}",
    "aliased": "{ " + " ".join(f"a{at}: messages(first: 200) {{ nodes {{ id }} }}" for at in range(150)) + " }",
    "paged": "{ messages(first: 200) { nodes { deliveries(first: 200) { nodes { events(first: 200) { nodes { id } } } } } } }",
    "cycle": "{ messages { nodes { ...A } } } fragment A on Message { deliveries { nodes { message { ...A } } } }",
    "spread": spread(3, 32),
    "conflicts": "{ messages { nodes { " + "...A " * 300 + "} } } fragment A on Message { id phase " + "...B " * 300 + "} "
    "fragment B on Message { trackingId }",
    "introspection": deep_introspection(60),
    "introspections": "{ "
    + " ".join(
        f"a{at}: __schema {{ types {{ fields {{ name args {{ name type {{ name }} }} type {{ name }} }} }} }}"
        for at in range(99)
    )
    + " }",
    "directives": "{ messages { nodes { id " + "@include(if: true) " * 300 + "} } }",
    "text": '{ message(trackingId: "' + "x" * 250_000 + '") { id } }',
    "comments": "#" + "x" * 250_000 + "\n{ __typename }",
    "brackets": "{" * 100_000,
    "numbers": "{ messages(first: " + "9" * 100_000 + ") { nodes { id } } }",
}  # fmt: skip

BODIES = (
    b'{"query": "query ($a: [String!]) { messages(where: {trackingIds: $a}) { nodes { id } } }", "variables": {"a": ['
    + b",".join([b'"x"'] * 60_000)
    + b"]}}",
    b'{"query": "{ __typename }", "variables": {"a": "' + b"x" * 250_000 + b'"}}',
    b"[" + b",".join([b'{"query": "{ __typename }"}'] * 8_000) + b"]",
    b'{"query": "{ __typename }", "extensions": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
)
"""Requests whose harm is not in the document."""

ALLOWED: dict[str, str] = {
    "many rows": "{ "
    + " ".join(
        f"a{at}: messages(first: 200) {{ nodes {{ id trackingId phase senderId mailFrom lastEventAt }} }}"
        for at in range(60)
    )
    + " }",
    "many values": "{ events(first: 200) { nodes { " + " ".join(f"a{at}: value" for at in range(99)) + " } } }",
    "many lists": "{ messages(first: 100) { nodes { deliveries(first: 90) { nodes { id recipient phase } }"
    " events(first: 90) { nodes { id kind value } } } } }",
    "introspection": "{ __schema { types { name description fields { name description args { name description }"
    " type { name kind ofType { name kind ofType { name } } } } } } }",
}
"""As much as the limits let through."""
