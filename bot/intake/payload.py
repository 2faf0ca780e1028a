"""A reply as the outbox keeps it: in no language yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.command import Ask, Listing, Reply
from bot.errors import ErrorCode
from bot.i18n import Code, Message, to_json

_COORDINATES = re.compile(r"\d{1,2}[A-Z] ?[A-Z]{2}(?: ?\d+){0,2}|-?\d+(?:\.\d+)?°?, ?-?\d+(?:\.\d+)?°?")
"""Places as we write them: they stand in the record still when the words of who told them are taken back."""


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
        if _wordless(reply):
            payload["wordless"] = True
    if reply.forgotten:
        payload["forgotten"] = True
    if reply.texts:
        payload["texts"] = dict(reply.texts)
    return payload


def asking(ask: Ask, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what an outbox payload needs beside its text to ask *ask*, with *choices* by their digits."""
    labels = {name: to_json(label) for name, label in ask.choices}
    found = {"of": ask.of, "choices": dict(choices), "labels": labels}
    return found | {"tail": ask.data["tail"]} if "tail" in ask.data else found


def _wordless(reply: Reply) -> bool:
    """Return whether *reply* is our own sentences alone, with its reference, numbers, times, places in codes."""
    return not reply.texts and all(_ours(block, reply.ref) for block in reply.blocks)


def _ours(value: object, ref: str | None) -> bool:
    match value:
        case Message():
            return all(_ours(one, ref) for one in value.values.values())
        case Listing():
            return all(_ours(line, ref) for line in value.lines)
        case Code(text):
            return text == ref or _COORDINATES.fullmatch(text) is not None
    return isinstance(value, int | float | datetime)
