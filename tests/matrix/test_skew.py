"""What the homeserver's answers say of its clock."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.matrix.api import Api, HomeserverAway
from bot.matrix.skew import Skew
from bot.services.pulse import Pulse

from ..fakes import NOON, FakeClock


class Homeserver:
    """Its clock is *ahead* of ours; of a request it writes the `Date` when it comes, as Synapse does."""

    def __init__(self) -> None:
        self.clock, self.pulse = FakeClock(), Pulse(NOON)
        self.skew = Skew(self.clock, self.pulse)

    def answers(self, ahead: float, seconds: float = 0.1) -> float:
        """Answer a request after *seconds*; return what is known of the clocks then."""
        date = format_datetime((self.clock.now() + timedelta(seconds=ahead)).astimezone(UTC), usegmt=True)
        self.clock.passes(seconds=seconds)
        self.skew.answered(date, seconds)
        assert self.pulse.skew is not None
        return self.pulse.skew


def test_what_is_stated_to_the_second_is_no_skew() -> None:
    homeserver = Homeserver()
    for _ in range(20):
        homeserver.clock.passes(seconds=0.37)
        assert homeserver.answers(ahead=0.0) == 0.0
        assert homeserver.answers(ahead=0.0, seconds=30.0) == 0.0


@pytest.mark.parametrize("ahead", [75.0, -75.0, 3600.0])
def test_a_clock_that_is_wrong_is_known_to_the_second_and_a_slow_answer_takes_nothing_away(ahead: float) -> None:
    homeserver = Homeserver()
    assert homeserver.answers(ahead) == pytest.approx(ahead, abs=1.2)
    assert homeserver.answers(ahead, seconds=30.0) == pytest.approx(ahead, abs=1.2)
    assert homeserver.answers(0.0) == pytest.approx(0.0, abs=1.2)


def test_the_operator_is_told_once_until_it_is_right_again() -> None:
    homeserver = Homeserver()
    with capture_logs() as logs:
        for ahead in (0.0, 58.0, 62.0, 90.0, 70.0, 10.0, 0.0, -70.0, -80.0):
            homeserver.answers(ahead)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("clock.skewed", "warning"),
        ("clock.right", "info"),
        ("clock.skewed", "warning"),
    ]


@pytest.mark.parametrize(
    "date", [None, "", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 99999999999 12:00:00 GMT",
             "Sun, 22 Nov 2026 12:00:00 -0000", "Sun, 22 Nov 2026 12:00:00 +99999999999999999999", "\x00"]
)  # fmt: skip
def test_what_is_no_date_says_nothing(date: str | None) -> None:
    homeserver = Homeserver()
    homeserver.skew.answered(date, 0.1)
    assert homeserver.pulse.skew is None


async def test_every_answer_tells_its_date_and_how_long_it_was_under_way() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="no JSON", headers={"Date": "Sun, 22 Nov 2026 12:00:00 GMT"})

    app = web.Application()
    app.router.add_get("/", answer)
    told: list[tuple[str | None, float]] = []
    async with TestServer(app) as server:
        api = Api(str(server.make_url("")).rstrip("/"))
        api.on_answer = lambda date, seconds: told.append((date, seconds))
        with pytest.raises(HomeserverAway):
            await api.request("GET", "/")
        await api.close()
    [(date, seconds)] = told
    assert date == "Sun, 22 Nov 2026 12:00:00 GMT"
    assert 0 < seconds < 5
