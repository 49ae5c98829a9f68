"""Node: what has an id of its own in the whole API. The id holds the type's name and the row's key, and is opaque."""

import msgspec
import strawberry

from graphql_api.errors import BAD_ID, problem
from graphql_api.pagination import pack, unpack

KEY_LENGTHS = {"Message": 1, "Delivery": 2, "Event": 2, "DeadLetter": 1}


@strawberry.interface(description="An object with an id that is unique in the whole API.")
class Node:
    id: strawberry.ID = strawberry.field(description="The id for `node` and for the caches of clients. Opaque.")


def encode_id(type_name: str, *key: str) -> strawberry.ID:
    """The id of the object with this key."""
    return strawberry.ID(pack([type_name, *key]))


def decode_id(text: str) -> tuple[str, tuple[str, ...]]:
    """The type's name and the key; BAD_ID where it is none of ours."""
    try:
        type_name, *key = unpack(text)
    except (ValueError, msgspec.DecodeError):
        type_name, key = "", []
    texts = tuple(part for part in key if isinstance(part, str) and "\0" not in part)
    if not isinstance(type_name, str) or len(key) != len(texts) or KEY_LENGTHS.get(type_name) != len(texts):
        raise problem(f"{text[:100]!r} is not an id of this API", BAD_ID)
    return type_name, texts
