"""One verification by emoji, as a state machine: events in, steps out. It sends nothing and asks nobody.

Source: Matrix specification, "Key verification framework" and "Short Authentication String (SAS) verification". The key
agreement, the short string and the MACs are vodozemac's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from nio import Api
from unpaddedbase64 import encode_base64
from vodozemac import Curve25519PublicKey, EstablishedSas, Sas

PREFIX = "m.key.verification."
REQUEST = "m.key.verification.request"
METHOD = "m.sas.v1"
AGREEMENT, HASH, MAC = "curve25519-hkdf-sha256", "sha256", "hkdf-hmac-sha256.v2"
STRINGS = ("decimal", "emoji")

USER, TIMEOUT, UNKNOWN = "m.user", "m.timeout", "m.unknown_transaction"
UNEXPECTED, INVALID, METHOD_UNKNOWN = "m.unexpected_message", "m.invalid_message", "m.unknown_method"
MISMATCH, COMMITMENT, KEYS = "m.mismatched_sas", "m.mismatched_commitment", "m.key_mismatch"
REASONS = {
    USER: "The verification is declined.",
    TIMEOUT: "The verification took too long.",
    UNKNOWN: "That verification is not known any more.",
    UNEXPECTED: "That message was not expected now.",
    INVALID: "That message is not understood.",
    METHOD_UNKNOWN: "There is no method that both can use.",
    MISMATCH: "The emoji are not the same.",
    COMMITMENT: "The key is not the one that was promised.",
    KEYS: "The keys are not the ones that are published.",
}
"""What apps may show to people who use one that does not know the code."""


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two: the device, its Ed25519 key, and the public master key of its owner; unpadded base64."""

    user_id: str
    device_id: str
    key: str
    master: str


@dataclass(frozen=True, slots=True)
class Send:
    """An event is to be sent: its type, and its content with the reference to the verification."""

    type: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Show:
    """The short string is known: people compare it now. Seven numbers of emoji, and three numbers of four digits."""

    emoji: tuple[int, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """A person has said that the strings match, and the other side has proved that the keys are its own."""


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over without a result; *ours* says which side has ended it."""

    code: str
    ours: bool


Step = Send | Show | Verified | Ended


class _Phase(Enum):
    READY = auto()
    STARTED = auto()
    ACCEPTED = auto()
    SHOWN = auto()
    OVER = auto()


class _Fault(Exception):
    """What came ends the verification, with that code."""


class Verification:
    """One verification of *theirs*, who asked for it, by *ours*. The MAC is sent by `match` alone."""

    def __init__(self, ours: Party, theirs: Party, id: str, *, in_room: bool) -> None:
        self.ours = ours
        self.theirs = theirs
        self.id = id
        self.in_room = in_room
        self._sas = Sas()
        self._public = self._sas.public_key.to_base64()
        self._phase = _Phase.READY
        self._start: Mapping[str, Any] = {}
        self._we_started = False
        self._commitment = ""
        self._secret: EstablishedSas | None = None
        self._matched = False
        self._proved = False

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self._phase is _Phase.OVER

    @property
    def started(self) -> bool:
        """Whether either side has begun with the emoji."""
        return self._phase is not _Phase.READY

    def accept(self) -> list[Step]:
        """Return that the request is accepted."""
        return [self._send("ready", {"from_device": self.ours.device_id, "methods": [METHOD]})]

    def begin(self) -> list[Step]:
        """Begin with the emoji ourselves, if nobody has: some apps wait for the other side."""
        if self.started:
            return []
        self._we_started = True
        self._phase = _Phase.STARTED
        step = self._send(
            "start",
            {
                "from_device": self.ours.device_id,
                "method": METHOD,
                "key_agreement_protocols": [AGREEMENT],
                "hashes": [HASH],
                "message_authentication_codes": [MAC],
                "short_authentication_string": list(STRINGS),
            },
        )
        self._start = step.content
        return [step]

    def take(self, type: str, content: Mapping[str, Any]) -> list[Step]:
        """Return what comes of an event of the other side that belongs to this verification."""
        if self.over:
            return []
        takes = {
            "cancel": self._cancelled,
            "start": self._started,
            "accept": self._accepted,
            "key": self._key,
            "mac": self._mac,
            "done": self._done,
        }.get(type.removeprefix(PREFIX))
        if takes is None:
            return []
        try:
            return takes(content)
        except _Fault as fault:
            return self.cancel(str(fault))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return self.cancel(INVALID)

    def match(self) -> list[Step]:
        """Say that a person has found both strings to be the same: only now the other side gets our MAC."""
        if self._phase is not _Phase.SHOWN or self._matched:
            return []
        self._matched = True
        keys = {f"ed25519:{self.ours.device_id}": self.ours.key, f"ed25519:{self.ours.master}": self.ours.master}
        macs = {id: self._mac_of(key, id, self.ours, self.theirs) for id, key in keys.items()}
        ids = self._mac_of(",".join(sorted(keys)), "KEY_IDS", self.ours, self.theirs)
        return [self._send("mac", {"mac": macs, "keys": ids}), *self._finish()]

    def cancel(self, code: str) -> list[Step]:
        """End it, with that code of the specification."""
        if self.over:
            return []
        self._phase = _Phase.OVER
        return [cancellation(self.id, code, in_room=self.in_room), Ended(code, ours=True)]

    # What comes

    def _cancelled(self, content: Mapping[str, Any]) -> list[Step]:
        code, shown = content.get("code"), self._phase is _Phase.SHOWN
        self._phase = _Phase.OVER
        # Who has seen no emoji cannot say that they differ.
        said = code if isinstance(code, str) and (shown or code != MISMATCH) else USER
        return [Ended(said, ours=False)]

    def _started(self, content: Mapping[str, Any]) -> list[Step]:
        if self._phase is _Phase.STARTED and self._we_started and self._accepts_theirs():
            self._we_started, self._phase = False, _Phase.READY
        elif self._phase is _Phase.STARTED and self._we_started:
            return []
        _expect(self._phase is _Phase.READY)
        if content["method"] != METHOD:
            raise _Fault(METHOD_UNKNOWN)
        if content["from_device"] != self.theirs.device_id:
            raise _Fault(INVALID)
        offered = ("key_agreement_protocols", "hashes", "message_authentication_codes", "short_authentication_string")
        agreement, hashes, macs, strings = ([*content[name]] for name in offered)
        if AGREEMENT not in agreement or HASH not in hashes or MAC not in macs or not {*STRINGS} <= {*strings}:
            raise _Fault(METHOD_UNKNOWN)
        self._start = content
        self._phase = _Phase.STARTED
        chosen = {
            "key_agreement_protocol": AGREEMENT,
            "hash": HASH,
            "message_authentication_code": MAC,
            "short_authentication_string": list(STRINGS),
            "commitment": self._promise(self._public),
        }
        return [self._send("accept", chosen)]

    def _accepts_theirs(self) -> bool:
        """Return whether of two beginnings at once theirs counts: that of the user id that sorts first."""
        ours, theirs = self.ours, self.theirs
        return (theirs.user_id, theirs.device_id) < (ours.user_id, ours.device_id)

    def _accepted(self, content: Mapping[str, Any]) -> list[Step]:
        _expect(self._phase is _Phase.STARTED and self._we_started)
        chosen = (content["key_agreement_protocol"], content["hash"], content["message_authentication_code"])
        if chosen != (AGREEMENT, HASH, MAC) or not {*STRINGS} <= {*content["short_authentication_string"]}:
            raise _Fault(METHOD_UNKNOWN)
        self._commitment = content["commitment"]
        self._phase = _Phase.ACCEPTED
        return [self._send("key", {"key": self._public})]

    def _key(self, content: Mapping[str, Any]) -> list[Step]:
        _expect(self._phase is (_Phase.ACCEPTED if self._we_started else _Phase.STARTED))
        theirs = content["key"]
        if self._we_started and not hmac.compare_digest(self._commitment, self._promise(theirs)):
            raise _Fault(COMMITMENT)
        self._secret = self._sas.diffie_hellman(Curve25519PublicKey.from_base64(theirs))
        self._phase = _Phase.SHOWN
        found = self._secret.bytes(self._info(theirs))
        shown = Show(tuple(found.emoji_indices), tuple(found.decimals))
        return [shown] if self._we_started else [self._send("key", {"key": self._public}), shown]

    def _mac(self, content: Mapping[str, Any]) -> list[Step]:
        _expect(self._phase is _Phase.SHOWN and not self._proved)
        macs, theirs = dict(content["mac"]), self.theirs
        ids = ",".join(sorted(macs))
        if not hmac.compare_digest(content["keys"], self._mac_of(ids, "KEY_IDS", theirs, self.ours)):
            raise _Fault(KEYS)
        # Both: the device alone could be one that somebody else has added, the identity alone says nothing of it.
        for id, key in ((f"ed25519:{theirs.device_id}", theirs.key), (f"ed25519:{theirs.master}", theirs.master)):
            if id not in macs or not hmac.compare_digest(macs[id], self._mac_of(key, id, theirs, self.ours)):
                raise _Fault(KEYS)
        self._proved = True
        return self._finish()

    def _done(self, content: Mapping[str, Any]) -> list[Step]:
        # With what ours needs it is over already: before that nobody can be done.
        raise _Fault(UNEXPECTED)

    def _finish(self) -> list[Step]:
        if not (self._matched and self._proved):
            return []
        self._phase = _Phase.OVER
        return [self._send("done", {}), Verified()]

    # Words

    def _send(self, kind: str, content: Mapping[str, Any]) -> Send:
        return Send(f"{PREFIX}{kind}", {**content, **_about(self.id, in_room=self.in_room)})

    def _promise(self, key: str) -> str:
        """Return what binds whoever accepts to their *key* before they have seen the other one."""
        said: str = Api.to_canonical_json(dict(self._start))
        return encode_base64(hashlib.sha256(key.encode() + said.encode()).digest())

    def _info(self, their_public: str) -> str:
        ours = f"{self.ours.user_id}|{self.ours.device_id}|{self._public}"
        theirs = f"{self.theirs.user_id}|{self.theirs.device_id}|{their_public}"
        first, second = (ours, theirs) if self._we_started else (theirs, ours)
        return f"MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{self.id}"

    def _mac_of(self, text: str, id: str, by: Party, to: Party) -> str:
        assert self._secret is not None
        who = f"{by.user_id}{by.device_id}{to.user_id}{to.device_id}"
        return self._secret.calculate_mac(text, f"MATRIX_KEY_VERIFICATION_MAC{who}{self.id}{id}")


def cancellation(id: str, code: str, *, in_room: bool) -> Send:
    """Return the event that ends the verification *id*, whether we know anything of it or not."""
    return Send(f"{PREFIX}cancel", {"code": code, "reason": REASONS[code], **_about(id, in_room=in_room)})


def _about(id: str, *, in_room: bool) -> dict[str, Any]:
    if in_room:
        return {"m.relates_to": {"rel_type": "m.reference", "event_id": id}}
    return {"transaction_id": id}


def _expect(now: bool) -> None:
    if not now:
        raise _Fault(UNEXPECTED)
