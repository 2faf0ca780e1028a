"""What apps are told of commands (MSC4391), so that people can fill them in. State is not encrypted, so that nothing
about the task force stands in it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.arguments.wanted import Wanted, wanted_by
from bot.command import Arg, Command, Parameter
from bot.i18n import Catalogues, Message
from bot.model.person import UserId

_PRIMITIVES: Mapping[Any, str] = {int: "integer", UserId: "user_id"}
"""The types that apps know better than as a text."""


@dataclass(frozen=True, slots=True)
class Description:
    """The content of one state event, and its state key."""

    key: str
    content: Mapping[str, Any]


def describe(command: Command, catalogues: Catalogues, bot: str) -> Description:
    """Return what apps are told of *command* of the account *bot*, in every interface language."""
    content: dict[str, Any] = {
        "command": command.name,
        "parameters": [_parameter(parameter, catalogues) for parameter in command.parameters],
        "description": _texts(command.summary, catalogues),
    }
    for parameter in command.parameters:
        if isinstance(parameter.given, Arg) and parameter.given.rest:
            content["fi.mau.tail_parameter"] = parameter.name
    digest = hashlib.sha256(f"{command.name}{bot}".encode()).digest()
    return Description(base64.b64encode(digest).decode(), content)


def _parameter(parameter: Parameter, catalogues: Catalogues) -> dict[str, Any]:
    return {
        "key": parameter.name,
        "schema": _schema(wanted_by(parameter)),
        "optional": not parameter.required,
        "description": _texts(parameter.given.summary, catalogues),
    }


def _schema(wanted: Wanted) -> dict[str, Any]:
    """Return what a value must be. Unions do not nest: of several kinds of items, each is a text."""
    kinds = list(dict.fromkeys(_PRIMITIVES.get(member, "string") for member in wanted.types))
    variants: list[dict[str, Any]] = [{"schema_type": "primitive", "type": kind} for kind in kinds]
    variants += [{"schema_type": "literal", "value": choice} for choice in wanted.choices]
    if wanted.many:
        item = variants[0] if len(variants) == 1 else {"schema_type": "primitive", "type": "string"}
        return {"schema_type": "array", "items": item}
    return variants[0] if len(variants) == 1 else {"schema_type": "union", "variants": variants}


def _texts(message: Message, catalogues: Catalogues) -> dict[str, Any]:
    """Return *message* in every interface language, English first (MSC3554)."""
    return {
        "m.text": [{"body": catalogues.text(message, language), "lang": language} for language in catalogues.languages]
    }
