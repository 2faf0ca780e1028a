"""Decisions: what was decided, and what an inquiry will ask of it; one text of a line each, so that it is translated
as a whole and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.i18n import Message, _


class Aspect(StrEnum):
    """What belongs to a decision beside what was decided."""

    OPTIONS = "options"
    RATIONALE = "rationale"
    AUTHORITY = "authority"
    DISSENT = "dissent"


_HEADED = {
    Aspect.OPTIONS: _("Options considered: {text}"),
    Aspect.RATIONALE: _("Rationale: {text}"),
    Aspect.AUTHORITY: _("Authority: {text}"),
    Aspect.DISSENT: _("Dissent: {text}"),
}


def parts_of(given: Mapping[str, Any]) -> dict[Aspect, str]:
    """Return the parts that are *given* by their names, each on one line, in the order in which they are shown."""
    return {part: " ".join(str(given[part]).split()) for part in Aspect if given.get(part)}


def composed(decision: str, parts: Mapping[Aspect, str]) -> str:
    """Return a decision and its parts as one text, a line each."""
    return "\n".join([" ".join(decision.split()), *parts.values()])


def taken_apart(text: str, parts: Sequence[str]) -> tuple[str, tuple[tuple[Aspect, str], ...]] | None:
    """Return the decision in *text*, and its *parts* with what each says; None if these are not its lines."""
    decision, *lines = text.split("\n")
    if len(lines) != len(parts):
        return None
    return decision, tuple((Aspect(part), line) for part, line in zip(parts, lines, strict=True))


def headed(part: Aspect, text: Message) -> Message:
    """Return what a part says, under its heading."""
    return Message(_HEADED[part].text, {"text": text})
