"""A reply as the outbox keeps it: in no language yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.command import Ask, Reply
from bot.errors import ErrorCode
from bot.i18n import Message, to_json


def reply_payload(reply: Reply, to: str, command: str | None, error: ErrorCode | None) -> dict[str, Any]:
    """Return *reply* to the person *to* as an outbox payload; `bot.render` words it when it is sent."""
    blocks = [
        to_json(block) if isinstance(block, Message) else {"lines": to_json(block.lines)} for block in reply.blocks
    ]
    payload: dict[str, Any] = {"to": to, "blocks": blocks, "command": command, "ok": error is None}
    if error:
        payload["error"] = error.value
    if reply.ref:
        payload["ref"] = reply.ref
    if reply.forgotten:
        payload["forgotten"] = True
    if reply.texts:
        payload["texts"] = dict(reply.texts)
    return payload


def asking(ask: Ask, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what an outbox payload needs beside its text to ask *ask*, with *choices* by their digits."""
    labels = {name: to_json(label) for name, label in ask.choices}
    return {"of": ask.of, "choices": dict(choices), "labels": labels}
