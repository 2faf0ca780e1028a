"""What tells of a record: its reference however it is typed, or enough of its words; nothing that is merely like it."""

from __future__ import annotations

import pytest

from bot.model.reference import check
from bot.model.trace import Sought

BODY = "7K10"
REF = f"BRAVO-{BODY}{check(BODY)}"
SHORT = REF.removeprefix("BRAVO-")
LETTERS = f"BRAVO-ABCD{check('ABCD')}"
NOTE = "Vimos a carrinha branca no cais do norte"


@pytest.fixture
def sought() -> Sought:
    return Sought([REF, LETTERS], [NOTE, "Barco na praia", ""], [f"BRAVO-HHH1{check('HHH1')}"])


@pytest.mark.parametrize(
    "text",
    [
        f"veja {REF} agora", REF.lower(), REF.replace("-", "–"), f"({SHORT.lower()})", SHORT.replace("0", "O"),
        SHORT.replace("1", "l"), f"não:{REF},", "ＢＲＡＶＯ-" + SHORT, LETTERS, f'{{"text": "{REF}"}}',
        f"Porque {NOTE.upper()}!", "carrinha branca no cais do NORTE",
    ],
)  # fmt: skip
def test_what_tells(sought: Sought, text: str) -> None:
    assert sought.tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "veja agora", f"DELTA-{SHORT}", f"X{REF}", f"{REF}9", LETTERS.removeprefix("BRAVO-"), "BRAVO",
        "Barco na praia", "carrinha branca", "Vimos a carrinha branca no porto do norte",
        f"{REF} e BRAVO-HHH1{check('HHH1')}",
    ],
)  # fmt: skip
def test_what_does_not(sought: Sought, text: str) -> None:
    assert not sought.tells(text)


def test_of_no_record_nothing_tells() -> None:
    assert not Sought([], [""]).tells(f"{REF} {NOTE}") and not Sought([], []).tells("")
