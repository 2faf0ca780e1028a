"""Cross-signing: what we publish can be verified, and no chain with a broken link is believed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nio import Api
from unpaddedbase64 import decode_base64
from vodozemac import Ed25519PublicKey, Ed25519Signature

from bot.matrix.crosssigning import Identity, SigningKey, is_device, master_key, signed_devices

ANA, EVE = "@ana:gnr.example", "@eve:example.org"
Answer = dict[str, Any]


def holds(thing: Answer, user_id: str, key: str) -> bool:
    """Return True if *key* signed *thing*, else raise; by another library than the one under test."""
    bare = {k: v for k, v in thing.items() if k not in ("signatures", "unsigned")}
    signature = Ed25519Signature.from_base64(thing["signatures"][user_id][f"ed25519:{key}"])
    Ed25519PublicKey.from_base64(key).verify_signature(Api.to_canonical_json(bare).encode(), signature)
    return True


def device(user_id: str = ANA, device_id: str = "PHONE") -> Answer:
    return {
        "user_id": user_id,
        "device_id": device_id,
        "algorithms": ["m.megolm.v1.aes-sha2"],
        "keys": {f"ed25519:{device_id}": "Q" * 43, f"curve25519:{device_id}": "A" * 43},
        "signatures": {user_id: {f"ed25519:{device_id}": "c2lnbmF0dXJl"}},
        "unsigned": {"device_display_name": "Telemóvel"},
    }


ANAS, EVES = Identity.make(ANA), Identity.make(EVE)


def answer(identity: Identity = ANAS, *devices: Answer) -> Answer:
    """Return an answer of /keys/query that holds for *identity* and all of its devices."""
    user = identity.user_id
    upload = identity.upload()
    shown = devices or (device(user),)
    return {
        "device_keys": {user: {d["device_id"]: {**d, **identity.sign_device(d)} for d in shown}},
        "master_keys": {user: upload["master_key"]},
        "self_signing_keys": {user: upload["self_signing_key"]},
    }


def test_the_identity_that_is_uploaded_can_be_verified_by_others() -> None:
    upload = ANAS.upload()
    assert {name: key["usage"] for name, key in upload.items()} == {
        "master_key": ["master"],
        "self_signing_key": ["self_signing"],
        "user_signing_key": ["user_signing"],
    }
    for name, key in upload.items():
        assert key["user_id"] == ANA
        [(id, public)] = key["keys"].items()
        assert id == f"ed25519:{public}"
        assert len(decode_base64(public)) == 32
        assert name == "master_key" or holds(key, ANA, ANAS.master.public)
    assert len({key.public for key in (ANAS.master, ANAS.self_signing, ANAS.user_signing)}) == 3


def test_no_secret_is_uploaded() -> None:
    assert not any(key.seed in str(ANAS.upload()) for key in (ANAS.master, ANAS.self_signing, ANAS.user_signing))


def test_our_device_is_signed_over_its_bare_keys() -> None:
    signed = ANAS.sign_device(device())
    assert holds(signed, ANA, ANAS.self_signing.public)
    assert "unsigned" not in signed
    assert signed["keys"] == device()["keys"]


def test_an_identity_made_from_its_seeds_is_the_same() -> None:
    again = Identity(ANA, *(SigningKey(k.seed) for k in (ANAS.master, ANAS.self_signing, ANAS.user_signing)))
    assert again.upload() == ANAS.upload()


def test_a_signature_joins_those_that_are_there() -> None:
    once = ANAS.master.sign(ANA, {"a": 1})
    twice = ANAS.self_signing.sign(ANA, once)
    assert holds(twice, ANA, ANAS.master.public)
    assert holds(twice, ANA, ANAS.self_signing.public)
    assert list(once["signatures"][ANA]) == [f"ed25519:{ANAS.master.public}"]


def test_a_chain_that_holds_is_believed() -> None:
    shown = answer(ANAS, device(), device(device_id="LAPTOP"))
    assert signed_devices(shown, ANA).keys() == {"PHONE", "LAPTOP"}
    assert master_key(shown, ANA) == ANAS.master.public


def test_a_device_beside_the_signed_ones_is_not_believed() -> None:
    shown = answer()
    shown["device_keys"][ANA]["INJECTED"] = device(device_id="INJECTED")
    assert signed_devices(shown, ANA).keys() == {"PHONE"}


def test_one_persons_chain_says_nothing_of_anothers() -> None:
    shown = answer()
    for part in shown.values():
        part[EVE] = deepcopy(part[ANA])
    assert signed_devices(shown, EVE) == {}
    assert master_key(shown, EVE) is None
    assert signed_devices(shown, "@nobody:example.org") == {}


# Every single broken link

Break = Callable[[Answer], Any]
BREAKS: dict[str, Break] = {}


def broken(link: Break) -> Break:
    BREAKS[link.__name__.strip("_").replace("_", " ")] = link
    return link


def phone(shown: Answer) -> Answer:
    found: Answer = shown["device_keys"][ANA]["PHONE"]
    return found


@broken
def _the_device_is_another_persons(shown: Answer) -> None:
    moved = ANAS.sign_device({**device(), "user_id": EVE})
    shown["device_keys"][ANA]["PHONE"] = moved


@broken
def _the_device_is_another_device(shown: Answer) -> None:
    shown["device_keys"][ANA] = {"OTHER": phone(shown)}


@broken
def _the_devices_key_was_swapped(shown: Answer) -> None:
    phone(shown)["keys"]["curve25519:PHONE"] = "ZXZl"


@broken
def _the_devices_signature_is_another_keys(shown: Answer) -> None:
    forged = EVES.self_signing.sign(ANA, device())["signatures"][ANA][f"ed25519:{EVES.self_signing.public}"]
    phone(shown)["signatures"][ANA][f"ed25519:{ANAS.self_signing.public}"] = forged


@broken
def _the_device_is_signed_by_the_master_key_alone(shown: Answer) -> None:
    shown["device_keys"][ANA]["PHONE"] = ANAS.master.sign(ANA, {**device(), "signatures": {}})


@broken
def _the_device_is_signed_under_another_user_id(shown: Answer) -> None:
    signatures = phone(shown)["signatures"]
    signatures[EVE] = signatures.pop(ANA)


@broken
def _the_device_is_not_signed(shown: Answer) -> None:
    shown["device_keys"][ANA]["PHONE"] = device()


@broken
def _the_devices_signature_is_not_base64(shown: Answer) -> None:
    phone(shown)["signatures"][ANA][f"ed25519:{ANAS.self_signing.public}"] = "é"


@broken
def _the_devices_signature_is_a_number(shown: Answer) -> None:
    phone(shown)["signatures"][ANA][f"ed25519:{ANAS.self_signing.public}"] = 7


@broken
def _the_device_is_no_object(shown: Answer) -> None:
    shown["device_keys"][ANA]["PHONE"] = ["PHONE"]


@broken
def _the_signatures_are_a_list(shown: Answer) -> None:
    phone(shown)["signatures"] = [1]


@broken
def _the_devices_are_a_list(shown: Answer) -> None:
    shown["device_keys"][ANA] = [phone(shown)]


@broken
def _all_devices_are_a_list(shown: Answer) -> None:
    shown["device_keys"] = []


@broken
def _the_self_signing_key_is_missing(shown: Answer) -> None:
    del shown["self_signing_keys"][ANA]


@broken
def _the_self_signing_key_is_not_signed_by_the_master(shown: Answer) -> None:
    del shown["self_signing_keys"][ANA]["signatures"]


@broken
def _the_self_signing_key_is_signed_by_another_master(shown: Answer) -> None:
    bare = {k: v for k, v in ANAS.upload()["self_signing_key"].items() if k != "signatures"}
    shown["self_signing_keys"][ANA] = EVES.master.sign(ANA, bare)


@broken
def _the_self_signing_key_was_swapped(shown: Answer) -> None:
    shown["self_signing_keys"][ANA]["keys"] = {f"ed25519:{EVES.self_signing.public}": EVES.self_signing.public}
    shown["device_keys"][ANA]["PHONE"] = EVES.self_signing.sign(ANA, device())


@broken
def _the_self_signing_key_is_there_twice(shown: Answer) -> None:
    keys = {f"ed25519:{k}": k for k in (ANAS.self_signing.public, EVES.self_signing.public)}
    bare = {"user_id": ANA, "usage": ["self_signing"], "keys": keys}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_self_signing_key_goes_by_anothers_name(shown: Answer) -> None:
    keys = {f"ed25519:{ANAS.master.public}": ANAS.self_signing.public}
    bare = {"user_id": ANA, "usage": ["self_signing"], "keys": keys}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_self_signing_key_is_for_another_use(shown: Answer) -> None:
    key = ANAS.self_signing.public
    bare = {"user_id": ANA, "usage": ["user_signing"], "keys": {f"ed25519:{key}": key}}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_use_of_the_self_signing_key_is_a_word_that_holds_it(shown: Answer) -> None:
    key = ANAS.self_signing.public
    bare = {"user_id": ANA, "usage": "not_self_signing", "keys": {f"ed25519:{key}": key}}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_use_of_the_self_signing_key_is_a_number(shown: Answer) -> None:
    shown["self_signing_keys"][ANA]["usage"] = 1


@broken
def _the_self_signing_key_is_another_persons(shown: Answer) -> None:
    key = ANAS.self_signing.public
    bare = {"user_id": EVE, "usage": ["self_signing"], "keys": {f"ed25519:{key}": key}}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_self_signing_key_is_no_key(shown: Answer) -> None:
    bare = {"user_id": ANA, "usage": ["self_signing"], "keys": {"ed25519:AAAA": "AAAA"}}
    shown["self_signing_keys"][ANA] = ANAS.master.sign(ANA, bare)


@broken
def _the_master_key_is_missing(shown: Answer) -> None:
    del shown["master_keys"]


@broken
def _the_master_key_is_another_persons(shown: Answer) -> None:
    shown["master_keys"][ANA] = EVES.upload()["master_key"]


@broken
def _the_master_key_is_there_twice(shown: Answer) -> None:
    shown["master_keys"][ANA]["keys"][f"ed25519:{EVES.master.public}"] = EVES.master.public


@broken
def _the_master_key_is_for_another_use(shown: Answer) -> None:
    shown["master_keys"][ANA]["usage"] = ["self_signing"]


@broken
def _the_master_key_is_a_text(shown: Answer) -> None:
    shown["master_keys"][ANA] = ANAS.master.public


@broken
def _the_master_keys_are_a_list(shown: Answer) -> None:
    shown["master_keys"] = [1]


@broken
def _the_keys_of_the_master_key_are_a_list(shown: Answer) -> None:
    shown["master_keys"][ANA]["keys"] = [ANAS.master.public]


@pytest.mark.parametrize("name", BREAKS)
def test_a_chain_is_not_believed_when(name: str) -> None:
    shown = deepcopy(answer())
    assert signed_devices(shown, ANA).keys() == {"PHONE"}
    BREAKS[name](shown)
    assert signed_devices(shown, ANA) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([ANA, "keys", "a"]), inner),
    max_leaves=5,
)


@given(JSON, st.sampled_from(["device_keys", "master_keys", "self_signing_keys"]), st.integers(0, 3))
def test_nothing_that_a_homeserver_answers_raises_or_is_believed(odd: Any, where: str, depth: int) -> None:
    shown = deepcopy(answer())
    place, key = shown, where
    for step in (ANA, "PHONE" if where == "device_keys" else "keys", "signatures")[:depth]:
        if not isinstance(place[key], dict) or step not in place[key]:
            break
        place, key = place[key], step
    place[key] = odd
    assert signed_devices(shown, ANA) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"device_id": "TABLET"},
        {"user_id": None},
        {"algorithms": "m.megolm"},
        {"unsigned": 7},
        {"keys": {"ed25519:PHONE": "Q" * 43}},
        {"keys": {"ed25519:PHONE": "Q" * 43, "curve25519:PHONE": "A" * 42}},
        {"keys": {"ed25519:PHONE": "garbage!", "curve25519:PHONE": "A" * 43}},
        {"keys": {"ed25519:PHONE": 7, "curve25519:PHONE": "A" * 43}},
        {"keys": []},
    ],
)
def test_what_is_shaped_like_no_device_is_none(change: Answer) -> None:
    assert is_device(device(), "PHONE")
    assert not is_device({**device(), **change}, "PHONE")
    assert not is_device(None, "PHONE")


def test_a_signed_device_comes_with_the_keys_that_are_signed() -> None:
    assert signed_devices(answer(), ANA) == {"PHONE": ("Q" * 43, "A" * 43)}
