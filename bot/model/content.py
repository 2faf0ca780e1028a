"""What a person wrote in an event that is no plain message: a caption, a poll, what a place is called. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POLLS = ("org.matrix.msc3381.poll.start", "m.poll.start")
RESPONSES = ("org.matrix.msc3381.poll.response", "m.poll.response")
MEDIA = ("m.image", "m.file", "m.video", "m.audio")
PLACE = "m.location"

_MOST_ANSWERS = 20
_LONGEST_URI = 80
_LONGEST_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message: `seconds` is how long it is, or None if that is not told, or cannot be."""

    seconds: int | None


def caption(content: Mapping[str, Any]) -> str:
    """Return what is written below a picture or file; empty if the body is only the file's name.

    Source: Matrix specification 1.10, "media captions".
    """
    body, name = content.get("body"), content.get("filename")
    return body if isinstance(body, str) and isinstance(name, str) and body != name else ""


def place(content: Mapping[str, Any]) -> str:
    """Return what a person called a place (MSC3488); empty for what a client puts there by itself."""
    for key in ("m.location", "org.matrix.msc3488.location"):
        described = _mapping(content.get(key)).get("description")
        if isinstance(described, str) and not described.startswith("geo:"):
            return described
    return ""


def geo(content: Mapping[str, Any]) -> str:
    """Return the address of a shared place, a `geo:` link; empty if there is none, or none that is so short."""
    described = (_mapping(content.get(key)).get("uri") for key in ("m.location", "org.matrix.msc3488.location"))
    for uri in (content.get("geo_uri"), *described):
        if isinstance(uri, str) and uri.lower().startswith("geo:") and len(uri) <= _LONGEST_URI:
            return uri
    return ""


def selected(content: Mapping[str, Any]) -> str:
    """Return the id of the first answer that a vote in a poll selects (MSC3381); empty if there is none."""
    unstable = content.get("org.matrix.msc3381.poll.response")
    answers = unstable.get("answers") if isinstance(unstable, Mapping) else content.get("m.selections")
    first = answers[0] if isinstance(answers, list) and answers else ""
    return first if isinstance(first, str) else ""


def poll(content: Mapping[str, Any]) -> str:
    """Return the question of a poll and below it its answers, numbered (MSC3381); empty if there is no question."""
    for key in ("m.poll", "org.matrix.msc3381.poll.start"):
        asked = _mapping(content.get(key))
        question = _line(asked.get("question"))
        if question:
            answers = asked.get("answers")
            given = map(_line, answers[:_MOST_ANSWERS]) if isinstance(answers, list) else ()
            return "\n".join([question, *(f"{i}. {answer}" for i, answer in enumerate(given, 1) if answer)])
    return ""


def voice(content: Mapping[str, Any]) -> Voice | None:
    """Return the voice message that an audio file is (MSC3245); None if it is another one."""
    if content.get("msgtype") != "m.audio" or not any(k in content for k in ("org.matrix.msc3245.voice", "m.voice")):
        return None
    length = _mapping(content.get("info")).get("duration")
    if not isinstance(length, int) or isinstance(length, bool) or not 0 < length <= _LONGEST_MS:
        return Voice(None)
    return Voice(max(1, round(length / 1000)))


def _line(block: object) -> str:
    """Return an extensible text as one line (MSC1767): in its final form, or as it was."""
    block = _mapping(block)
    texts = block.get("m.text")
    plain = next((t.get("body") for t in texts if _is_plain(t)), None) if isinstance(texts, list) else texts
    for text in (plain, block.get("org.matrix.msc1767.text"), block.get("body")):
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())
    return ""


def _is_plain(text: object) -> bool:
    return isinstance(text, Mapping) and text.get("mimetype", "text/plain") == "text/plain"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
