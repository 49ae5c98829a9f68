"""/asyncapi.json: the topics as an AsyncAPI 3.0 document, for those who subscribe to them. Made once, at the start."""

from typing import Any

import msgspec

from bus.settings import KafkaSettings
from delivery import schemas
from delivery.classification import Kind
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.event import Record, build_event, request_headers
from delivery.notification import ExtendedNotification
from delivery.schemas import Schema
from delivery.status import status_record
from delivery.views import Delivery, Earliest, Fact, Message, Phase

_VERSION = "1.0.0"  # of the contract, not of the program; see docs/WIRE.md

_DESCRIPTION = (
    "SMTP notifications as they were accepted, the newest status of each message, and what could not be used.\n\n"
    "Delivery is at least once and in order within a key: copies of an event have one `ce_id`; of two statuses of one"
    " tracking_id the higher `revision` is the newer. New members and headers may be added: ignore what you don't know."
)


def document(kafka: KafkaSettings) -> bytes:
    """The document as JSON, with the topics' names of these settings."""
    return msgspec.json.format(msgspec.json.encode(_document(kafka)), indent=2) + b"\n"


def _document(kafka: KafkaSettings) -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Email Delivery Status", "version": _VERSION, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The brokers that the gateway writes to.",
                "variables": {"bootstrap": {"description": "Host and port.", "default": "127.0.0.1:9092"}},
            }
        },
        "channels": {
            "notifications": _channel(
                kafka.notifications_topic, "Notification", "Every accepted notification, as one event.", {}
            ),
            "status": _channel(
                kafka.status_topic,
                "Status",
                "The newest status of each tracking_id. A record without a value says that the message is gone.",
                {"cleanup.policy": ["compact"]},
            ),
            "deadLetters": _channel(
                kafka.dead_letters_topic, "DeadLetter", "Bodies, rows and records that could not be used.", {}
            ),
        },
        "operations": {
            "storeNotification": _operation(
                "notifications", "The gateway stores a notification before it answers 200."
            ),
            "announceStatus": _operation("status", "The consumers announce a status after it has changed."),
            "keepDeadLetter": _operation("deadLetters", "The bytes are kept before they are refused."),
        },
        "components": {
            "messages": {"Notification": _notification(), "Status": _status(), "DeadLetter": _dead_letter()},
            "schemas": schemas.wire_components(),
        },
    }


def _channel(topic: str, message: str, description: str, configuration: dict[str, Any]) -> dict[str, Any]:
    binding: dict[str, Any] = {"topic": topic, "bindingVersion": "0.5.0"}
    if configuration:
        binding["topicConfiguration"] = configuration
    return {
        "address": topic,
        "description": description,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {"kafka": binding},
    }


def _operation(channel: str, summary: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _message(name: str, title: str, payload: Schema, headers: Schema, key: str, example: Schema) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "contentType": "application/json",
        "headers": headers,
        "payload": payload,
        "bindings": {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": "0.5.0"}},
        "examples": [example],
    }


def _notification() -> dict[str, Any]:
    notification = ExtendedNotification(
        event_code=103, event_label="delivered", mail_from="shop@example.com", rcpt_to="ann@example.org", resp_class=0,
        resp_code=250, resp_msg="250 2.0.0 Ok", sender_id=7, time_finished=1_767_607_200, tracking_id="b6a1f0c2", tries=0,
        extras={"campaign_id": "spring"},
    )  # fmt: skip
    received_at = 1_767_607_201_250
    return _message(
        "Notification",
        "One accepted notification",
        {"$ref": "#/components/schemas/Notification"},
        schemas.event_headers(),
        "The tracking_id in UTF-8; without one, ce_id. The partition is murmur2 of it, as Java clients choose.",
        _example(build_event(notification, received_at, request_headers(received_at, "default"))),
    )


def _example(record: Record) -> dict[str, Any]:
    """A record as the documents show it."""
    payload = msgspec.json.decode(record.value or b"null")
    return {"headers": {name: value.decode() for name, value in record.headers}, "payload": payload}


def _status() -> dict[str, Any]:
    first, last = 1_767_607_190_000, 1_767_607_200_000
    phase, seller = Phase(3, last, "", Kind.DELIVERED), Earliest(first, "", 7)
    message = Message("b6a1f0c2", phase, first, last, 2, seller, deliveries={Kind.DELIVERED: 1})
    delivery = Delivery("b6a1f0c2", "ann@example.org", phase, first, last, 2, tries=0)
    delivery.facts[Kind.DELIVERED] = Fact(last, last, 1)
    return _message(
        "Status",
        "The newest status of one message; times in ms since 1970",
        {"$ref": "#/components/schemas/MessageStatus"},
        schemas.status_headers(),
        "The tracking_id in UTF-8.",
        _example(status_record(message, [delivery], last)),
    )


def _dead_letter() -> dict[str, Any]:
    letter = DeadLetter(
        part=Part.ROW,
        content=b'{"tries":"x"}',
        reason="invalid",
        errors={"[1].tries": ['Expected an integer, got "x".']},
        received_at=1_767_607_201_250,
        source="default",
        content_type="application/json",
        index=1,
    )
    message = _message(
        "DeadLetter",
        "Bytes that could not be used, exactly as they came",
        {"description": "Any bytes: the headers content-type and content-encoding say what they claim to be."},
        schemas.dead_letter_headers(),
        "blake2b-128 over the bytes; of a record of the events topic, that record's key.",
        _example(to_record(letter)),
    )
    return {**message, "contentType": "application/octet-stream"}
