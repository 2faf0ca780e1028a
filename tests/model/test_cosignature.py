"""Cosignatures and what is handed over: the published form, and what copying does to a text."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bot.model.checkpoint import LogKey, NotACheckpoint, encoded, parse
from bot.model.cosignature import COSIGNATURE, WitnessKey, cosigner, lines, only, pasted
from bot.model.extension import read, written

LOG, WITNESS = LogKey("BRAVO", bytes(range(32))), WitnessKey("gnr-witness", bytes(range(1, 33)))
NOTE = LOG.sign(5, bytes(32))
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COSIGNED = NOTE + WITNESS.cosign(parse(NOTE.encode()), AT)
# The example in C2SP "tlog-cosignature": its key is not published, its time is.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501


def test_the_published_example_is_read() -> None:
    found = parse(EXAMPLE.encode())
    by = found.signatures[1]
    assert (by.name, by.key_id.hex(), len(by.signature)) == ("witness.example.com/w1", "8d66cf3f", 8 + 64)
    assert int.from_bytes(by.signature[:8]) == 1679315147
    assert lines(only(found, by.name, by.key_id)) == EXAMPLE.splitlines(keepends=True)[-1]
    assert pasted(EXAMPLE) == found


def test_a_cosignature_has_the_form_that_is_published() -> None:
    name, data = (line := COSIGNED.splitlines()[-1]).split(" ")[1], b64decode(line.split(" ")[2])
    public = WITNESS.cosigner.public
    assert (name, data[:4]) == ("gnr-witness", sha256(b"gnr-witness\n\x04" + public).digest()[:4])
    seconds = int(AT.timestamp())
    assert data[4:12] == seconds.to_bytes(8)
    body = NOTE.partition("\n\n")[0] + "\n"
    Ed25519PublicKey.from_public_bytes(public).verify(data[12:], f"cosignature/v1\ntime {seconds}\n{body}".encode())
    name, id, key = WITNESS.cosigner.text.split("+", 2)
    assert (name, id, b64decode(key)) == ("gnr-witness", data[:4].hex(), COSIGNATURE + public)
    assert cosigner(WITNESS.cosigner.text) == WITNESS.cosigner


def test_who_has_cosigned_and_when() -> None:
    found = parse(COSIGNED.encode())
    assert WITNESS.cosigner.cosigned(found) == AT and LOG.verifier.verify(found)
    assert WITNESS.cosigner.cosigned(parse(NOTE.encode())) is None
    assert WitnessKey("gnr-witness", bytes(32)).cosigner.cosigned(found) is None
    assert WitnessKey("other", bytes(range(1, 33))).cosigner.cosigned(found) is None
    later = parse((COSIGNED + WITNESS.cosign(found, AT.replace(hour=13))).encode())
    assert WITNESS.cosigner.cosigned(later) == AT.replace(hour=13)
    with pytest.raises(NotACheckpoint):
        cosigner(LOG.verifier.text)


@given(st.integers(0, len(b64decode(COSIGNED.splitlines()[-1].split(" ")[2])) - 5), st.integers(1, 255))
def test_no_byte_of_a_cosignature_can_be_changed(at: int, by: int) -> None:
    found = parse(COSIGNED.encode())
    own = found.signatures[1]
    changed = bytes(byte ^ by if place == at else byte for place, byte in enumerate(own.signature))
    text = COSIGNED.replace(lines(only(found, own.name, own.key_id)), "")
    other = parse((text + f"— {own.name} {encoded(own.key_id + changed)}\n").encode())
    assert WITNESS.cosigner.cosigned(other) is None


@given(st.text(" \n\t\u2068\u200e`", max_size=4), st.sampled_from(["—", "--", "-", "–", "―"]))
def test_what_a_client_makes_of_a_text_is_undone(between: str, dash: str) -> None:
    gap = f" {between} "
    assert pasted(gap + COSIGNED.replace("\n", gap).replace("—", dash) + gap) == parse(COSIGNED.encode())


@pytest.mark.parametrize("text", ["", "BRAVO 5", "BRAVO 5 AAAA", COSIGNED[: len(COSIGNED) // 2], NOTE + "— name\n"])
def test_what_is_no_cosigned_checkpoint(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        pasted(text)


def test_what_is_handed_over_is_read_as_it_was_written() -> None:
    found = read(written(3, [bytes(32), b"\x01" * 32], COSIGNED).encode())
    assert (found.old, found.proof, found.note) == (3, (bytes(32), b"\x01" * 32), COSIGNED)
    assert found.checkpoint == parse(COSIGNED.encode())
    alone = read(NOTE.encode())
    assert (alone.old, alone.proof, alone.note) == (0, (), NOTE)
