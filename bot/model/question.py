"""What the bot asks one person, answered by a reply with one digit."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.person import UserId
from bot.model.reference import LOOKS_LIKE

_FALLBACK = re.compile(r"(?:>[^\n]*\n)+\n?")
_DIGIT = re.compile(r"[^\w]*([1-9])[^\w]*")
_SEALED = re.compile(r"[^\w]*([1-9])[^\w]*([0-9A-Za-z]{2})[^\w]*")
_LONGEST = 20
_LONGEST_REMARKED = 60
_SIGNS = "👍👎✅❌✔"

SAID = "said"
"""The choice of who answers by words; the words are in the data, under the same name."""
SEALED = frozenset({
    "release", "incident export", "shift swap", "patrol agree", "hold", "hold lift", "purge", "purge agency",
    "room companion", "translate fix", "lost lift",
})  # fmt: skip
"""What is answered with the last two characters of a reference beside the digit: an answer that was put below another
question by somebody on the way answers nothing. Its data holds them as `tail`, as `reference.tail_for` makes them for
what has no reference."""
REMARKED = frozenset({"checkin"})
"""What may be answered by a digit and a word behind it, which is kept nowhere."""
PURPOSE = "purpose"
"""The subject of a question for what somebody reads records; its data may hold the command, as LATE's does."""
LATE = "stale"
"""The subject of a question about a command that came too late; its data is the command as it was written."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to one person. `choices` are what each digit means; `data` is what the answer needs.

    `subject` says what it is about: a command's name, or LATE.
    """

    id: int
    room_id: str
    asked: UserId
    subject: str
    choices: Mapping[str, str]
    data: Mapping[str, Any]
    asked_at: datetime
    outcome: str | None = None
    free: bool = False
    """Whether it is answered by words as well."""

    @property
    def sealed(self) -> bool:
        """Whether its answer repeats the end of a reference."""
        return self.subject in SEALED

    @property
    def remarked(self) -> bool:
        """Whether a word may stand behind the digit of its answer."""
        return self.subject in REMARKED

    @property
    def worded(self) -> bool:
        """Whether it is answered by words as well: whoever can write is alive."""
        return self.free or (self.remarked and self.data.get("kind") == "welfare")

    @property
    def open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.outcome is None

    def asks(self, room_id: str, subject: str, data: Mapping[str, Any]) -> bool:
        """Return whether this is the question about *subject* with that *data* (JSON) in that room."""
        return (self.room_id, self.subject) == (room_id, subject) and self.data == json.loads(json.dumps(data))


def unquoted(body: str) -> str:
    """Return a reply without what some clients quote before it."""
    quoted = _FALLBACK.match(body)
    return (body[quoted.end() :] if quoted else body).strip()


def remarked_digit(body: str) -> str | None:
    """Return the digit with which a reply of two words begins (`1 ok`), or None."""
    text = unquoted(body)
    first, _blank, remark = text.partition(" ")
    return digit(first) if len(text) <= _LONGEST_REMARKED and remark and len(remark.split()) == 1 else None


def digit(body: str) -> str | None:
    """Return the digit that a reply consists of (`2`, `2.`, `２`, `٢`), or None."""
    text = unquoted(body)
    if not text or len(text) > _LONGEST:
        return None
    plain = "".join(_ascii(c) for c in text if unicodedata.category(c) != "Cf")
    found = _DIGIT.fullmatch(plain)
    return found[1] if found else None


_YES_OR_NO = """
ok okay yes yeah yep y no nope n agree agreed approve approved
sim não claro certo sí si vale oui non bien ja nein jawohl sì tak nie jasne da nu evet hayır tamam
так ні добре ναι όχι εντάξει نعم لا حسنا
👍 👎 ✅ ❌ ✔
"""
_NUMBERS = """
one two three four five six seven eight nine
um uma dois duas três quatro cinco seis sete oito nove
uno una dos tres cuatro siete ocho nueve
un une deux trois quatre cinq sept huit neuf
eins zwei drei vier fünf sechs sieben acht neun
due tre quattro cinque sei sette otto nove
jeden dwa trzy cztery pięć sześć siedem osiem dziewięć
unu doi trei patru cinci șase șapte opt nouă
bir iki üç dört beş altı yedi sekiz dokuz
один два три чотири п’ять п'ять шість сім вісім дев’ять дев'ять
ένα δύο τρία τέσσερα πέντε έξι επτά εφτά οκτώ οχτώ εννέα εννιά
واحد اثنان اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة
"""
_WORDS = frozenset(_YES_OR_NO.split()) | {"".join(filter(str.isalpha, word)) for word in _NUMBERS.split()}


def wordy(body: str) -> bool:
    """Return whether a reply is a yes, a no or a number in words, of any interface language, instead of a digit."""
    if len(body) > _LONGEST:
        return False
    said = unicodedata.normalize("NFC", body.casefold())
    return "".join(c for c in said if c in _SIGNS or c.isalpha()) in _WORDS


def sealed_digit(body: str) -> tuple[str, str] | None:
    """Return the digit and the end of a reference that a reply consists of (`1 Q0`, `1q0`); the end may be missing."""
    if found := digit(body):
        return found, ""
    quoted = _FALLBACK.match(body)
    text = (body[quoted.end() :] if quoted else body).strip()
    if not text or len(text) > _LONGEST:
        return None
    plain = "".join(_ascii(c) for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    sealed = _SEALED.fullmatch(plain)
    return (sealed[1], sealed[2].upper().translate(LOOKS_LIKE)) if sealed else None


def _ascii(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def allot(names: Sequence[str], taken: Iterable[str]) -> dict[str, str] | None:
    """Return *names* by the lowest digits that are not *taken*, or None when too few are left.

    What an answer replies to is the homeserver's word, so no two open questions to one person share a digit.
    """
    used = set(taken)
    free = [str(n) for n in range(1, 10) if str(n) not in used]
    return dict(zip(free, names, strict=False)) if len(free) >= len(names) else None
