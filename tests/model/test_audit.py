"""An entry of the audit log: the one text that is hashed, and what a deleted content leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from bot.model.audit import Content, Entry, Envelope, canonical
from bot.model.merkle import leaf_hash

AT = datetime(2026, 11, 28, 9, 5, 7, 42_999, timezone(timedelta(hours=2)))


def test_the_envelope_is_one_text_and_the_leaf_its_hash() -> None:
    envelope = Envelope(7, "incident.declare", AT, "a1", "PRT-GNR", "BRAVO-7K3Q0", bytes(32))
    assert envelope.data.decode() == (
        '{"actor":"a1","agency":"PRT-GNR","content":"' + "00" * 32 + '","index":7,"kind":"incident.declare",'
        '"ref":"BRAVO-7K3Q0","time":"2026-11-28T07:05:07.042Z","v":1}'
    )
    entry = Entry.of(envelope, Content(bytes(32), b"{}"))
    assert (entry.index, entry.envelope, entry.leaf) == (7, envelope.data, leaf_hash(envelope.data))


def test_the_bot_itself_and_no_record_are_null() -> None:
    data = Envelope(0, "log.begin", AT.astimezone(UTC), None, None, None, bytes(32)).data
    assert b'"actor":null,"agency":null' in data and b'"ref":null' in data


def test_the_salt_hides_what_the_content_was() -> None:
    data = canonical({"severity": "high"})
    first, second = Content(bytes(32), data), Content(bytes([1]) * 32, data)
    assert first.digest == sha256(bytes(32) + b'{"severity":"high"}').digest() != second.digest


def test_equal_values_are_equal_bytes() -> None:
    assert canonical({"é": 1, "a": [True, None, "ş"]}) == canonical({"a": [True, None, "ş"], "é": 1})
    assert canonical({"é": 1, "a": [True, None, "ş"]}) == '{"a":[true,null,"ş"],"é":1}'.encode()


def test_half_a_surrogate_pair_is_still_a_text() -> None:
    assert canonical({"said": "a\ud800b"}) == b'{"said":"a?b"}'


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"n": float("nan")})
