"""Digests of shifts: at the end of each by the roster as it is then, and asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ..fakes import ROOM
from ..incident.marked import comes, direct, logged
from ..incident.scene import ref_of
from ..intake.test_trust import NEW_KEY, OLD_KEY, seen
from ..world import Person, World
from .test_digests import digests
from .test_standing import told


def at(hours: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hours)


def of(world: World) -> list[tuple[list[str], str, str]]:
    """Return of which shifts digests came: their posts, and when they began and ended."""
    return [(one.record["posts"], *(moment[5:16] for moment in one.record["period"])) for one in digests(world)]


@pytest.fixture
async def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
async def rota(world: World, rui: Person, ana: Person) -> Person:
    """A post on the clock of UTC, where Rui is from 06:00 to 14:00 and Ana from 14:00 to 22:00, each day."""
    bo = world.person("bo", "PRT-GNR")
    world.clock.at = at(12, 23)
    await rui.says("!language en")
    await rui.says("!timezone UTC")
    await rui.says("!shift post gate zone:UTC")
    for user, hour in ((rui.user_id, "06"), (ana.user_id, "14")):
        await rui.says(f"!shift roster gate people:{user} from:2026-11-24 {hour}:00 every:weekdays")
    return bo


async def wakes_at(world: World, *moments: datetime) -> None:
    for moment in moments:
        while (due := await world.store.due.next()) and due < moment:
            world.clock.at = max(world.clock.at, due)
            await world.wakes()
        world.clock.at = moment
        await world.wakes()
        await world.wakes()


@pytest.mark.usefixtures("rota")
async def test_it_comes_at_the_end_of_each_shift_and_is_exactly_of_that(world: World, rui: Person) -> None:
    await rui.says("!digest shift")
    assert "first 24 Nov 2026, 14:00" in rui.last.body, rui.last.body
    world.clock.at = at(5.9)
    await rui.says("!incident declare Before type:vessel severity:high")
    world.clock.at = at(6)
    await rui.says("!incident declare Within type:vessel severity:high")
    world.clock.at = at(14) - timedelta(seconds=1)
    await world.wakes()
    assert not digests(world)
    world.clock.at = at(14)
    await rui.says("!incident declare After type:vessel severity:high")
    await wakes_at(world, at(14, 24), at(22))
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T14:00"), (["gate"], "11-24T14:00", "11-24T22:00")]
    first, second = digests(world)
    assert (first.record["counts"]["opened"], second.record["counts"]["opened"]) == (1, 1)
    assert first.record["counts"]["carried"] == 1 and second.record["counts"]["carried"] == 2
    assert "at gate, 24 Nov 2026, 07:00 UTC+1 to 24 Nov 2026, 15:00" in first.body, "by the task force's clock"
    assert "Within" in first.body and "After" not in first.body
    [entry] = await logged(world, "digest.shift")
    assert entry["room"] == ROOM and entry["post"] is None
    await rui.says("!digest off")
    await wakes_at(world, at(14, 25))
    assert len(digests(world)) == 2
    await rui.says("!digest off")
    assert rui.last.record["error"] == "not_found"


@pytest.mark.usefixtures("rota")
async def test_one_has_a_picture_and_a_file_that_name_the_shift(world: World, rui: Person) -> None:
    await rui.says("!digest shift")
    await wakes_at(world, at(14))
    posts = [one.post for one in world.heard if one.kind == "digest" and one.post]
    # The people of the room speak English and Portuguese: one of each for both.
    assert [one.msgtype for one in posts] == ["m.notice", *["m.image", "m.file"] * 2]
    assert all(one.record["posts"] == ["gate"] for one in posts)
    files = [one.enclosed.data.decode() for one in posts if one.msgtype == "m.file" and one.enclosed]
    assert any("Digest of the shift at gate" in one for one in files)
    names = [one.enclosed.name for one in posts if one.enclosed]
    assert len({*names}) == len(names) and all("2026-11-24-0700" in one for one in names), names


async def test_a_longer_shift_ends_later_and_a_cancelled_one_not_at_all(
    world: World, rui: Person, rota: Person
) -> None:
    await rui.says("!digest shift")
    world.clock.at = at(13)
    await rui.says(f"!shift override gate who:{rui.user_id} from:2026-11-24 14:00 until:2026-11-24 16:00")
    await rui.says("!shift override gate who:nobody from:2026-11-25 06:00 until:2026-11-25 14:00")
    await wakes_at(world, at(14), at(16))
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T16:00")]
    await wakes_at(world, at(22), at(14, 25), at(22, 25))
    assert of(world)[1:] == [(["gate"], "11-24T16:00", "11-24T22:00"), (["gate"], "11-25T14:00", "11-25T22:00")]


async def test_a_shift_that_ends_earlier_is_told_then(world: World, rui: Person, rota: Person) -> None:
    await rui.says("!digest shift")
    await wakes_at(world, at(9))
    await rui.says(f"!shift override gate who:{rota.user_id} from:2026-11-24 10:00 until:2026-11-24 14:00 insist:ill")
    assert rui.hears(ok=True)
    await wakes_at(world, at(10))
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T10:00")]
    await wakes_at(world, at(14))
    assert of(world)[1:] == [(["gate"], "11-24T10:00", "11-24T14:00")]


@pytest.mark.usefixtures("rota")
async def test_a_shift_of_somebody_absent_is_a_shift_all_the_same(world: World, rui: Person, ana: Person) -> None:
    await rui.says("!digest shift")
    await ana.says("!shift absent from:2026-11-24 12:00 until:2026-11-24 23:00")
    assert ana.hears(ok=True)
    await wakes_at(world, at(22))
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T14:00"), (["gate"], "11-24T14:00", "11-24T22:00")]


@pytest.mark.usefixtures("rota")
async def test_after_a_restart_each_comes_once_and_none_that_is_long_over(world: World, rui: Person) -> None:
    await rui.says("!digest shift")
    await world.stop()
    world.clock.at = at(23, 25)
    await world.start()
    await world.wakes()
    await world.stop()
    await world.start()
    await world.wakes()
    assert of(world) == [(["gate"], "11-25T06:00", "11-25T14:00"), (["gate"], "11-25T14:00", "11-25T22:00")]


@pytest.mark.usefixtures("rota")
async def test_a_clock_that_jumps_ahead_and_back_silences_none_and_doubles_none(world: World, rui: Person) -> None:
    await rui.says("!digest shift")
    await wakes_at(world, at(14))
    world.clock.at = at(14.5, 30)
    await world.wakes()
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T14:00"), (["gate"], "11-30T06:00", "11-30T14:00")]
    # It goes back to a moment by which a shift has ended that was too long ago for the clock that was ahead.
    world.clock.at = at(22.5)
    await world.wakes()
    await world.wakes()
    assert of(world)[2:] == [(["gate"], "11-24T14:00", "11-24T22:00")]
    await wakes_at(world, at(14, 25))
    assert of(world)[3:] == [(["gate"], "11-25T06:00", "11-25T14:00")]


@pytest.mark.usefixtures("rota")
async def test_of_what_was_over_before_it_was_set_none_comes(world: World, rui: Person) -> None:
    world.clock.at = at(15)
    await rui.says("!digest shift")
    world.clock.at = at(15, 30)
    await world.wakes()
    world.clock.at = at(15.1)
    await world.wakes()
    await wakes_at(world, at(22))
    assert of(world)[1:] == [(["gate"], "11-24T14:00", "11-24T22:00")]


@pytest.mark.usefixtures("rota")
async def test_shifts_of_two_posts_at_the_same_time_have_one_digest(world: World, rui: Person, ana: Person) -> None:
    await rui.says("!shift post pier zone:UTC")
    await rui.says("!shift roster pier people:@bo:gnr.example from:2026-11-24 06:00 every:weekdays")
    assert rui.hears(ok=True)
    await rui.says("!digest shift")
    await wakes_at(world, at(14), at(22))
    assert of(world) == [(["gate", "pier"], "11-24T06:00", "11-24T14:00"), (["gate"], "11-24T14:00", "11-24T22:00")]
    assert "Digest of the shift at gate and pier" in digests(world)[0].body, digests(world)[0].body
    await rui.says("!digest shift pier")
    await wakes_at(world, at(22, 25))
    assert of(world)[2:] == [(["pier"], "11-25T06:00", "11-25T14:00")]
    # Asked for: the last shifts of both are not the same.
    world.clock.at = at(23, 25)
    await rui.says("!digest now for:shift lang:en")
    assert rui.last.record["error"] == "bad_argument" and "gate, pier" in rui.last.body
    await rui.says("!digest now for:shift post:gate lang:en")
    assert of(world)[3:] == [(["gate"], "11-25T14:00", "11-25T22:00")]


@pytest.mark.usefixtures("rota")
async def test_the_present_shift_is_told_until_now_and_between_two_the_last(world: World, rui: Person) -> None:
    world.clock.at = at(8)
    await rui.says("!incident declare Within type:vessel severity:high")
    await rui.says("!digest now for:shift lang:en")
    assert of(world) == [(["gate"], "11-24T06:00", "11-24T14:00")]
    assert "Digest of the shift at gate, 24 Nov 2026, 06:00" in digests(world)[0].body
    assert "to now" in digests(world)[0].body and digests(world)[0].record["counts"]["opened"] == 1
    world.clock.at = at(23)
    await rui.says("!digest now post:gate lang:en")
    assert of(world)[1:] == [(["gate"], "11-24T14:00", "11-24T22:00")] and "to now" not in digests(world)[1].body


@pytest.mark.parametrize("line", ["!digest shift", "!digest now for:shift"])
async def test_without_any_shift_it_is_said_that_there_is_none(world: World, rui: Person, line: str) -> None:
    await rui.says("!language en")
    await rui.says(line)
    assert rui.last.record["error"] == "not_found" and "No shift is planned here" in rui.last.body
    await rui.says("!shift post gate")
    await rui.says(line)
    assert rui.last.record["error"] == "not_found" and "No shift is planned here" in rui.last.body
    assert not digests(world) and await world.store.digest.find_each(ROOM) is None


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("!digest now yesterday for:shift", "bad_argument"),
        ("!digest now for:day post:gate", "bad_argument"),
        ("!digest now for:shift post:quay", "not_found"),
        ("!digest shift quay", "not_found"),
    ],
)
@pytest.mark.usefixtures("rota")
async def test_what_cannot_be_meant_is_refused(world: World, rui: Person, line: str, error: str) -> None:
    await rui.says(line)
    assert rui.last.record["error"] == error and not digests(world)


@pytest.mark.usefixtures("rota")
async def test_in_a_direct_room_it_is_of_the_shifts_of_ones_rooms_in_ones_own_words(world: World, rui: Person) -> None:
    room = direct(rui)
    world.person("eva", "FRA-PN")
    await rui.says("!language pt")
    await rui.says("!digest shift gate", room=room)
    assert rui.last.record["ok"], rui.last.body
    await wakes_at(world, at(14))
    [post] = digests(world)
    assert [heard.room for heard in world.heard if heard.kind == "digest"] == [room] * 3
    assert post.record["posts"] == ["gate"] and "24/11" in post.body.replace(" de nov.", "/11"), post.body
    # Whoever is in that room no longer hears of its shifts.
    await comes(world, rui.user_id, "leave")
    await wakes_at(world, at(22))
    assert len(digests(world)) == 1


@pytest.mark.usefixtures("rota")
async def test_it_comes_no_more_once_who_set_it_is_gone(world: World, rui: Person) -> None:
    await rui.says("!digest shift")
    await comes(world, rui.user_id, "leave")
    await wakes_at(world, at(14))
    assert not digests(world) and await world.store.digest.find_each(ROOM) is None
    assert "!resumo " in told(world)[0].body
    [entry] = await logged(world, "digest.ended")
    assert entry["by"] == rui.user_id and entry["post"] is None
    await wakes_at(world, at(22))
    assert not digests(world)


@pytest.mark.usefixtures("rota")
async def test_none_comes_for_whose_keys_nobody_has_confirmed(world: World, rui: Person) -> None:
    await seen(world, rui.user_id, OLD_KEY)
    await rui.says("!digest shift")
    await seen(world, rui.user_id, NEW_KEY)
    await wakes_at(world, at(14))
    assert not digests(world)
    assert "No digest of this shift comes" in told(world)[0].body
    await seen(world, rui.user_id, OLD_KEY)
    await wakes_at(world, at(22))
    assert of(world) == [(["gate"], "11-24T14:00", "11-24T22:00")]


async def test_what_a_room_may_not_read_is_in_no_figure_of_it(world: World, rui: Person, rota: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says("!digest shift")
    world.clock.at = at(7)
    await rui.says("!incident declare Segredo type:drugs severity:high")
    ref = ref_of(world)
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    await wakes_at(world, at(14))
    [post] = digests(world)
    assert post.record["counts"]["opened"] == 0 and str(ref) not in post.body


async def test_whoever_has_no_such_part_sets_none(world: World, rui: Person, rota: Person) -> None:
    await rota.says("!digest shift")
    assert rota.last.record["error"] == "not_allowed"
    await rota.says("!digest now for:shift")
    assert rota.last.record["error"] == "not_allowed"
