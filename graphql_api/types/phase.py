"""The words of a status, as enums. Each has UNKNOWN, for what a newer version of the product may say."""

from enum import Enum

import strawberry

from delivery.classification import Kind


@strawberry.enum(description="How far mail has come. An outcome beats progress; of two outcomes the later one counts.")
class Phase(Enum):
    UNKNOWN = strawberry.enum_value(Kind.UNKNOWN, description="No event said how far it is.")
    QUEUED = strawberry.enum_value(Kind.QUEUED, description="Accepted for sending.")
    DEFERRED = strawberry.enum_value(Kind.DEFERRED, description="Refused for now; the sender tries again.")
    DELIVERED = strawberry.enum_value(Kind.DELIVERED, description="The recipient's server took it.")
    BOUNCED = strawberry.enum_value(Kind.BOUNCED, description="It will not arrive.")


@strawberry.enum(description="What one event reports.")
class EventKind(Enum):
    UNKNOWN = strawberry.enum_value(Kind.UNKNOWN, description="Nothing that this version knows.")
    QUEUED = strawberry.enum_value(Kind.QUEUED, description="Accepted for sending.")
    DEFERRED = strawberry.enum_value(Kind.DEFERRED, description="An attempt failed; another follows.")
    DELIVERED = strawberry.enum_value(Kind.DELIVERED, description="The recipient's server took the mail.")
    BOUNCED = strawberry.enum_value(Kind.BOUNCED, description="The mail will not arrive.")
    COMPLAINED = strawberry.enum_value(Kind.COMPLAINED, description="The recipient called it spam.")
    UNSUBSCRIBED = strawberry.enum_value(Kind.UNSUBSCRIBED, description="The recipient wants no more of it.")
    OPENED = strawberry.enum_value(Kind.OPENED, description="The mail was displayed.")
    CLICKED = strawberry.enum_value(Kind.CLICKED, description="A link of the mail was followed.")


@strawberry.enum(description="How grave a deferral or a bounce is.")
class ClassificationKind(Enum):
    UNKNOWN = strawberry.enum_value("unknown", description="A kind that this version doesn't know.")
    HARD = strawberry.enum_value("hard", description="The address can't be reached; don't try it again.")
    SOFT = strawberry.enum_value("soft", description="It may work later.")
    BLOCK = strawberry.enum_value("block", description="Refused because of its content or its sender.")
    ADMIN = strawberry.enum_value("admin", description="A matter of configuration or of list administration.")
    UNDETERMINED = strawberry.enum_value("undetermined", description="The reply doesn't say.")


PHASES: dict[Kind, Phase] = {Kind(str(phase.value)): phase for phase in Phase}
PHASE_NAMES: dict[Kind, str] = {kind: phase.name for kind, phase in PHASES.items()}
EVENT_KINDS: dict[Kind, EventKind] = {Kind(str(kind.value)): kind for kind in EventKind}
CLASSIFICATION_KINDS: dict[str, ClassificationKind] = {str(kind.value): kind for kind in ClassificationKind}
