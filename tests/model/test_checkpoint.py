"""Checkpoints: the examples that C2SP and Go publish, and everything that is none."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.model.checkpoint import Checkpoint, LogKey, NotACheckpoint, Signature, Verifier, parse, verifier
from bot.model.merkle import EMPTY

KEY = LogKey("BRAVO", bytes(range(32)))
NOTE = KEY.sign(5, bytes(32))
# The example in C2SP "tlog-checkpoint".
SIGNED = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
EXAMPLE = f"""example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa {SIGNED}
"""
# The example in the documentation of Go's golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SAYS = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def test_the_published_example_is_read() -> None:
    found = parse(EXAMPLE.encode())
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.root == b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=") and found.head == "0ac5186a"
    [signature] = found.signatures
    assert (signature.name, len(signature.signature)) == (found.origin, 64)


def test_a_published_key_verifies_what_it_signed() -> None:
    peter = verifier(PETER)
    assert (peter.name, peter.id.hex(), peter.text) == ("PeterNeumann", "c74f20a3", PETER)
    text, signed = PETER_SAYS.split("\n\n")
    data = b64decode(signed.split(" ")[2])
    signature = Signature("PeterNeumann", data[:4], data[4:])
    assert peter.verify(Checkpoint("PeterNeumann", 0, EMPTY, text + "\n", (signature,)))
    assert not peter.verify(Checkpoint("PeterNeumann", 0, EMPTY, text, (signature,)))


def test_what_we_sign_can_be_read_and_verified() -> None:
    found = parse(NOTE.encode())
    assert (found.origin, found.size, found.root) == ("BRAVO", 5, bytes(32))
    assert verifier(KEY.verifier.text) == KEY.verifier and KEY.verifier.verify(found)
    assert NOTE.startswith("BRAVO\n5\nAAAA") and NOTE.count("\n") == 5


def test_a_new_key_is_random() -> None:
    assert LogKey.make("BRAVO").verifier != LogKey.make("BRAVO").verifier


@given(st.data())
def test_nothing_else_counts_as_signed(data: st.DataObject) -> None:
    note = NOTE.encode()
    at = data.draw(st.integers(0, len(note) - 1))
    changed = note[:at] + bytes([note[at] ^ data.draw(st.integers(1, 255))]) + note[at + 1 :]
    try:
        found = parse(changed)
    except NotACheckpoint:
        return
    assert not KEY.verifier.verify(found)


def test_signatures_of_others_neither_help_nor_harm() -> None:
    other, namesake = LogKey("witness", bytes(32)), LogKey("BRAVO", bytes(32))
    text, _, own = NOTE.partition("\n\n")
    foreign = [f"— witness {b64encode(other.verifier.id + bytes(64)).decode()}\n"]
    foreign.append(namesake.sign(5, bytes(32)).partition("\n\n")[2])
    cosigned = parse(f"{text}\n\n{''.join(foreign)}{own}".encode())
    assert len(cosigned.signatures) == 3
    assert KEY.verifier.verify(cosigned) and namesake.verifier.verify(cosigned)
    assert not KEY.verifier.verify(parse(f"{text}\n\n{''.join(foreign)}".encode()))
    # One of a known key that is false spoils all.
    false = f"— BRAVO {b64encode(KEY.verifier.id + bytes(64)).decode()}\n"
    assert not KEY.verifier.verify(parse(f"{text}\n\n{own}{false}".encode()))


def test_the_key_of_one_log_does_not_speak_for_another() -> None:
    text = NOTE.partition("\n\n")[0].replace("BRAVO", "ALPHA") + "\n"
    signature = Ed25519PrivateKey.from_private_bytes(KEY.seed).sign(text.encode())
    line = f"— BRAVO {b64encode(KEY.verifier.id + signature).decode()}\n"
    assert not KEY.verifier.verify(parse(f"{text}\n{line}".encode()))


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (b"\xff" + NOTE.encode(), "not a text"),
        (NOTE.encode() + b"x" * 70_000, "too long"),
        (NOTE.replace("\n", "\r\n").encode(), "control characters"),
        (b"", "not signed, or cut off"),
        (NOTE[:-1].encode(), "not signed, or cut off"),
        (NOTE.split("\n\n")[0].encode() + b"\n", "not signed, or cut off"),
        (b"BRAVO\n5\n\n" + NOTE.partition("\n\n")[2].encode(), "origin, size, root"),
        (NOTE.replace("BRAVO\n", "\n", 1).encode(), "origin, size, root"),
        (NOTE.replace("\n5\n", "\n05\n").encode(), "no size"),
        (NOTE.replace("\n5\n", "\n-5\n").encode(), "no size"),
        (NOTE.replace("\n5\n", "\n٥\n").encode(), "no size"),
        (NOTE.replace("\n5\n", f"\n{10**19}\n").encode(), "no size"),
        (NOTE.replace(b64encode(bytes(32)).decode(), "AAAA").encode(), "no root"),
        (NOTE.replace("AAA=", "AAB=").encode(), "not base64"),
        (NOTE.replace("AAA=", "AA!=").encode(), "not base64"),
        (NOTE.replace("— ", "- ").encode(), "no signature"),
        (b"BRAVO\n5\n" + b64encode(bytes(32)) + "\n\n— BRAVO AAAA\n".encode(), "no signature"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_the_reason(note: bytes, said: str) -> None:
    with pytest.raises(NotACheckpoint, match=said):
        parse(note)


def test_lines_that_others_add_are_signed_too() -> None:
    text = NOTE.partition("\n\n")[0] + "\nmore\n"
    signature = Ed25519PrivateKey.from_private_bytes(KEY.seed).sign(text.encode())
    note = f"{text}\n— BRAVO {b64encode(KEY.verifier.id + signature).decode()}\n"
    assert KEY.verifier.verify(parse(note.encode()))
    assert not KEY.verifier.verify(parse(note.replace("more", "less").encode()))


@pytest.mark.parametrize(
    "text",
    ["", "BRAVO", PETER[:-4], PETER.replace("+ARpc", "+ApRc"), PETER.replace("c74f20a3", "c74f20a4"), "+" + PETER[12:]],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        verifier(text)


def test_the_id_is_of_name_and_key() -> None:
    assert Verifier("A", bytes(32)).id != Verifier("B", bytes(32)).id
