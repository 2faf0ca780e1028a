"""What strangers may send: JSON of the shapes that the bot looks at, with parts missing, or of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from bot.i18n import INTERFACE_LANGUAGES, Catalogues, _c
from commands import COMMANDS

from .fakes import BOT

ODD = (
    "", " ", "\u202e", "\u2066\u2069", "\x00", "\ufeff", "🚨", "🌐", "📌", "🧭", "@room", "a" * 3000, "١٤:٣٠",
    "14:30", "25:99", "2026-02-30", "221430ZNOV26", "29SND1234567890", "29T NE 12345 67890", "38.7,-9.1", "999,999",
    "BRAVO-7K3Q0", "TLP:RED", "H2", "-- ", "--", "\"", "“", "key:value", "at:tomorrow", "in 99999999999999h", "1 Q0",
    "0", "-1", "9" * 40, "1e999", "NaN", "<b>x", "&#0;", "<mx-reply>", "https://matrix.to/#/@liaison:example.org",
    "İPTAL", "ΆΡΝΗΣΗ", "every:1m", "for:0", "$event1", "{x}", "{0}", "%s", "%(n)s", "\n" * 50, "\U0001f1f5\U0001f1f9",
    "ﬀ", "\u0301" * 40, "in:xx", "TLP:AMBER", "rel:PRT-GNR,,", "1/0", "FREQ=DAILY",
)  # fmt: skip
REF = "BRAVO-7K3Q0"
"""Stands for a reference that exists: whoever sends an event puts one there."""
LIKELY = (
    REF, REF, REF, "tomorrow 09:00", "in 2h", "2026-11-30", "Fire at the bridge", "me", "room", "ok", "1", "2", "@lead",
    "@lead:example.org", "PRT-GNR", "en", "pt", "high", "Europe/Lisbon", "gate", "38.7,-9.1", "all", "on", "off",
)  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.sampled_from([f"${kind}{number}" for kind in ("event", "sent") for number in range(1, 12)])
SENDERS = (
    "@lead:example.org",
    "@admin:example.org",
    "@ana:gnr.example",
    "@x-pn:example.org",
    "@eve:elsewhere.net",
    BOT,
)


@st.composite
def like(draw: st.DrawFn, shape: Any, wild: int = 12) -> Any:
    """Return *shape* with about one part in *wild* of another kind, or left out; strategies in it are drawn."""
    if draw(st.integers(0, wild)) == 0:
        return draw(JSON)
    if isinstance(shape, st.SearchStrategy):
        return draw(shape)
    if isinstance(shape, Mapping):
        kept = {key: value for key, value in shape.items() if draw(st.integers(0, wild)) > 0}
        return {key: draw(like(value, wild)) for key, value in kept.items()}
    if isinstance(shape, list):
        return [draw(like(one, wild)) for one in shape] * draw(st.integers(0, 2))
    return shape


def names() -> dict[str, dict[str, str]]:
    """Return how each command's words are typed, by interface language."""
    catalogues = Catalogues.load()
    found: dict[str, dict[str, str]] = {}
    for command in COMMANDS:
        words = [("noun", command.noun), *([("verb", command.verb)] if command.verb else [])]
        found[command.name] = {
            language: " ".join(catalogues.text(_c(kind, word), language).split("|")[0] for kind, word in words)
            for language in INTERFACE_LANGUAGES
        }
    return found


NAMES = names()


@st.composite
def lines(draw: st.DrawFn, language: str = "en") -> str:
    """Return a command line: a real name in *language*, then what may follow it, and whatever comes to mind."""
    command = draw(st.sampled_from(COMMANDS))
    name = NAMES[command.name][language]
    options = [f"{one.name}:" for one in command.parameters] + [f"--{one.name} " for one in command.parameters]
    parts = draw(st.lists(st.sampled_from([*options, "", "", ""]), max_size=4))
    rest = [part + draw(st.sampled_from(LIKELY) | st.sampled_from(LIKELY) | TEXTS) for part in parts]
    return draw(st.sampled_from(["!", "/", "//", "Liaison: "])) + " ".join([name, *rest])


_REPLY = {"m.in_reply_to": {"event_id": EVENTS}}
_EDIT = {"rel_type": "m.replace", "event_id": EVENTS}
_THREAD = {"rel_type": "m.thread", "event_id": EVENTS, "is_falling_back": True, **_REPLY}
_MENTIONS = {"user_ids": [BOT]}
_TEXT = {"msgtype": "m.text", "body": lines() | TEXTS, "format": "org.matrix.custom.html", "formatted_body": TEXTS}
_FILE = {
    "url": "mxc://x/y", "v": "v2", "iv": "AAAA", "hashes": {"sha256": "AAAA"},
    "key": {"kty": "oct", "alg": "A256CTR", "k": "AAAA", "ext": True, "key_ops": ["encrypt", "decrypt"]},
}  # fmt: skip
_POLL = "org.matrix.msc3381.poll."
MESSAGES: tuple[Mapping[str, Any], ...] = (
    {"msgtype": "m.text", "body": lines()},
    _TEXT,
    {**_TEXT, "m.mentions": _MENTIONS, "m.relates_to": _REPLY},
    {**_TEXT, "m.relates_to": _THREAD},
    {**_TEXT, "body": st.sampled_from(["1", "2", "1 Q0", "yes", "✅"]), "m.relates_to": _REPLY},
    {**_TEXT, "m.new_content": _TEXT, "m.relates_to": _EDIT},
    {"msgtype": "m.emote", "body": TEXTS},
    {"msgtype": "m.file", "body": TEXTS, "filename": TEXTS, "file": _FILE, "info": {"size": 3, "mimetype": TEXTS}},
    {"msgtype": "m.image", "body": TEXTS, "file": _FILE, "info": {"w": 1, "h": 1}, "m.relates_to": _REPLY},
    {"msgtype": "m.audio", "body": TEXTS, "org.matrix.msc3245.voice": {}, "info": {"duration": st.integers()}},
    {"msgtype": "m.location", "body": TEXTS, "geo_uri": st.sampled_from(["geo:38.7,-9.1", "geo:x", "geo:1e9,1;u=-1"])},
    {
        "msgtype": "m.text", "body": TEXTS, "m.mentions": _MENTIONS,
        "org.matrix.msc4391.command": {
            "command": st.sampled_from(sorted(NAMES)), "arguments": {"title": TEXTS, "ref": TEXTS}
        },
    },
)  # fmt: skip
_REACTION = {"rel_type": "m.annotation", "event_id": EVENTS, "key": st.sampled_from(["🌐", "🧭", "📌", "👍"])}
_POLLED = {"rel_type": "m.reference", "event_id": EVENTS}
_ANSWER = {"id": TEXTS, "org.matrix.msc1767.text": TEXTS}
_MEMBERSHIP = st.sampled_from(["join", "leave", "invite", "ban", "knock"])
_LEVEL = st.integers() | TEXTS
OTHERS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("m.reaction", {"m.relates_to": _REACTION}),
    ("m.room.redaction", {"redacts": EVENTS, "reason": TEXTS}),
    (_POLL + "start", {_POLL + "start": {"question": {"body": TEXTS}, "answers": [_ANSWER]}}),
    (_POLL + "response", {_POLL + "response": {"answers": [TEXTS]}, "m.relates_to": _POLLED}),
    (_POLL + "end", {_POLL + "end": {}, "m.relates_to": _POLLED}),
    ("m.sticker", {"body": TEXTS, "url": "mxc://x/y", "info": {}}),
    ("m.call.invite", {"call_id": TEXTS}),
)
STATES: tuple[tuple[str, Mapping[str, Any], tuple[str, ...]], ...] = (
    ("m.room.member", {"membership": _MEMBERSHIP, "displayname": TEXTS}, (*SENDERS, "x", "")),
    ("m.room.member", {"membership": "invite", "is_direct": True}, (BOT,)),
    ("m.room.power_levels", {"users": {BOT: _LEVEL}, "users_default": _LEVEL, "events": {}}, ("",)),
    ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, ("",)),
    ("m.room.server_acl", {"allow": ["*"], "deny": [TEXTS]}, ("",)),
    ("m.room.name", {"name": TEXTS}, ("",)),
    ("m.room.pinned_events", {"pinned": [EVENTS]}, ("",)),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Return one raw event, as `FakeReader` reads it: its content an object, its sender a text, as `Reader` sees to."""
    sender = draw(st.sampled_from(SENDERS) | TEXTS)
    which = draw(st.integers(0, 9))
    raw: dict[str, Any]
    if which < 7:
        raw = {"type": "m.room.message", "content": draw(like(draw(st.sampled_from(MESSAGES))))}
    elif which == 7:
        type, content = draw(st.sampled_from(OTHERS))
        raw = {"type": type, "content": draw(like(content))}
    else:
        type, content, keys = draw(st.sampled_from(STATES))
        raw = {"type": type, "content": draw(like(content)), "state_key": draw(st.sampled_from(keys))}
    if not isinstance(raw["content"], dict):
        raw["content"] = {"body": raw["content"]}
    private = "state_key" not in raw and raw["type"] not in ("m.room.redaction", "m.reaction")
    encrypted = private and draw(st.integers(0, 9)) > 0
    return {**raw, "sender": sender, "encrypted": encrypted, "trusted": encrypted and draw(st.integers(0, 9)) > 0}
