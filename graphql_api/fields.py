"""Fields that are worked out by a method."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def resolved(description: str) -> Callable[[Resolver], Resolver]:
    """`strawberry.field` for a method, whose type stays what the method says."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))
