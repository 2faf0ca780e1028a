"""Secret storage: read by another implementation and from it, and opened by no other key."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mautrix.crypto.ssss.key import Key, KeyMetadata
from mautrix.crypto.ssss.types import EncryptedKeyData
from unpaddedbase64 import decode_base64

from bot.matrix.secretstorage import RecoveryKey

# The specification's own example of a recovery key, and the bytes that it stands for.
WRITTEN = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
BYTES = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
KEY = RecoveryKey(BYTES)
NAME = "m.cross_signing.master"
SEED = b"v5ZJ1uK6S3pY0aYg1Zp1J2sGm0R9k6b5p9Q7m2nXq3M"


def test_the_recovery_key_is_written_as_the_specification_says() -> None:
    assert KEY.text == WRITTEN
    assert RecoveryKey.parse(WRITTEN) == KEY
    assert RecoveryKey.parse("  " + WRITTEN.replace(" ", "") + "\n") == KEY


@given(st.binary(min_size=32, max_size=32))
def test_every_recovery_key_can_be_read_back(secret: bytes) -> None:
    key = RecoveryKey(secret)
    assert re.fullmatch(r"(\w{4} ){11}\w{4}", key.text)
    assert RecoveryKey.parse(key.text) == key


def test_nearly_every_slip_of_one_letter_is_noticed() -> None:
    letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    whole, missed, tried = WRITTEN.replace(" ", ""), 0, 0
    for position, right in enumerate(whole):
        for letter in letters.replace(right, ""):
            tried += 1
            try:
                RecoveryKey.parse(whole[:position] + letter + whole[position + 1 :])
            except ValueError as refused:
                assert "not a recovery key" in str(refused)
                assert whole[:8] not in str(refused)
            else:
                missed += 1
    # One byte of parity lets one in 256 pass; the secret storage refuses those.
    assert missed < tried / 100


@pytest.mark.parametrize("text", ["", "0OIl", "EsTc", WRITTEN[:-1], WRITTEN + "4", "é" * 48, "1" * 48, "z" * 1000])
def test_what_is_no_recovery_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a recovery key"):
        RecoveryKey.parse(text)


def test_a_recovery_key_does_not_show_itself_by_chance() -> None:
    assert BYTES.hex() not in repr(KEY)
    assert str(BYTES) not in repr(KEY)


def test_two_keys_differ() -> None:
    one, other = RecoveryKey.make(), RecoveryKey.make()
    assert one.secret != other.secret
    assert one.id != other.id


def test_another_implementation_reads_what_we_store() -> None:
    described = KeyMetadata.deserialize(KEY.description())
    theirs = described.verify_recovery_key(KEY.id, KEY.text)
    # They hand out what the text stands for; we store the unpadded base 64 that clients expect.
    opened = theirs.decrypt(NAME, EncryptedKeyData.deserialize(KEY.encrypt(NAME, SEED)))
    assert len(opened) == 32


def test_we_read_what_another_implementation_stores() -> None:
    theirs = Key.generate()
    ours = RecoveryKey.parse(theirs.recovery_key)
    assert ours.opens(theirs.metadata.serialize())
    assert not KEY.opens(theirs.metadata.serialize())
    stored = theirs.encrypt(NAME, b"x" * 32).serialize()
    assert ours.decrypt(NAME, stored) == b"eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"


def test_nothing_is_encrypted_twice_alike_and_bit_63_is_clear() -> None:
    several = [KEY.encrypt(NAME, SEED) for _ in range(40)]
    assert len({one["iv"] for one in several}) == len({one["ciphertext"] for one in several}) == 40
    assert SEED.decode() not in str(several)
    assert all(decode_base64(one["iv"])[8] < 0x80 for one in several)


STORED = KEY.encrypt(NAME, SEED)


@pytest.mark.parametrize("part", ["iv", "ciphertext", "mac"])
def test_a_changed_secret_is_refused(part: str) -> None:
    changed: dict[str, Any] = deepcopy(STORED)
    if part == "iv":
        # The specification's check covers the ciphertext alone: a changed vector gives another text, told by its use.
        changed["iv"] = KEY.encrypt(NAME, SEED)["iv"]
        assert KEY.decrypt(NAME, changed) != SEED
        return
    changed[part] = ("A" if changed[part][0] != "A" else "B") + changed[part][1:]
    with pytest.raises(ValueError, match="changed"):
        KEY.decrypt(NAME, changed)


def test_a_secret_opens_with_its_own_key_and_under_its_own_name_alone() -> None:
    assert KEY.decrypt(NAME, STORED) == SEED
    for key, name in ((RecoveryKey.make(), NAME), (KEY, "m.cross_signing.self_signing")):
        with pytest.raises(ValueError, match="another key"):
            key.decrypt(name, STORED)


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=8), st.lists, max_leaves=3),
    st.sampled_from(sorted(STORED)),
)
def test_nothing_that_a_homeserver_stores_raises_anything_else(odd: Any, part: str) -> None:
    with pytest.raises(ValueError):
        KEY.decrypt(NAME, {**STORED, part: odd})
    assert not KEY.opens({**KEY.description(), part: odd} if part != "ciphertext" else {})
