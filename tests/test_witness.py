"""A host that rewrites, cuts off, forks or replays its log, and who finds it: one keeper, or one witness."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.model.checkpoint import LogKey, parse
from bot.model.cosignature import cosigner
from bot.model.extension import read
from bot.render import Post

from .cli.test_audit import Bot, forge
from .fakes import BOT, NOON, ROOM, configuration
from .world import World

VERA, KEEPER, OTHER = "@vera:example.org", "@keeper:gnr.example", "@keeper-pn:example.org"
AUDIT = "!audit:example.org"
SIZES = (5, 12, 18)
"""The sizes of the checkpoints that are handed out before the host does anything wrong."""


def agencies() -> list[dict[str, object]]:
    plain = configuration().model_dump(mode="json")["agencies"]
    return [{**plain[0], "keeper": KEEPER}, {**plain[1], "keeper": OTHER}]


class Host:
    """A running bot, its files, and what others copy of what it posts."""

    def __init__(self, folder: Path) -> None:
        self.bot = Bot(folder)
        self.bot.path.parent.mkdir()
        self.folder = folder
        self.config = configuration(agencies=agencies(), roles={"auditor": [VERA], "lead": ["@lead:example.org"]})
        self.world = World(self.bot.path, self.config)

    async def start(self) -> None:
        await self.world.start()
        await self.world.services.audit.begin(NOON)

    async def grow(self, size: int, said: str = "") -> None:
        """Write entries until there are *size*, cut a checkpoint and hand it out, as the scheduler does."""
        world = self.world
        while await world.services.audit.size() < size:
            async with world.store.transaction():
                await world.services.audit.append("incident.note", None, "BRAVO-7K3Q0", {"text": said}, NOON)
        world.clock.passes(minutes=10)
        await world.services.audit.cut(world.clock.now())
        await world.services.witness.hand_out(world.clock.now())
        await world.delivers()

    async def away(self) -> None:
        """Stop, so that the files can be changed."""
        await self.world.stop()

    def posts(self, room: str) -> list[Post]:
        """Return the checkpoints that were posted in the room."""
        return [
            h.post for h in self.world.heard if h.post and h.room == room and h.post.record.get("of") == "checkpoint"
        ]

    async def direct(self, keeper: str) -> str:
        room = await self.world.services.direct.find(keeper)  # type: ignore[arg-type]
        assert room
        return room

    def kept(self, post: Post, name: str = "") -> Path:
        """Copy what stands in *post* into a file, as a person does."""
        file = self.folder / f"{name}checkpoint-{post.record['size']}-{len(list(self.folder.iterdir()))}.txt"
        file.write_text(post.body[post.body.index("old ") :])
        return file

    def witness(self, *arguments: str | Path, name: str = "gnr-witness") -> Result:
        first = [] if (self.folder / name).exists() else ["--log", self.log, "--name", name]
        return CliRunner().invoke(app, ["witness", "--state", str(self.folder / name), *first, *map(str, arguments)])

    @property
    def log(self) -> str:
        """The log's key, as an auditor wrote it down at the beginning."""
        file = self.folder / "log-key"
        if not file.exists():
            done = CliRunner().invoke(app, ["audit", "key", "--config", str(self.bot.config)])
            file.write_text(done.stdout.strip())
        return file.read_text()


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    """Return a host that has handed out its checkpoints of SIZES, to both keepers."""
    host = Host(tmp_path)
    await host.start()
    assert host.log
    for size in SIZES:
        await host.grow(size)
    yield host
    await host.away()


async def last(host: Host, keeper: str = KEEPER) -> Path:
    return host.kept(host.posts(await host.direct(keeper))[-1])


async def honest(host: Host) -> None:
    """Let the witness see all that the keeper was given so far."""
    for post in host.posts(await host.direct(KEEPER)):
        done = host.witness(host.kept(post))
        assert (done.exit_code, "ALARM" in done.stderr) == (0, False)


def keeper_finds(host: Host, kept: Path) -> str:
    """Return what `audit verify` says to a keeper who brings the checkpoint that was kept."""
    code, said = host.bot.verify("--checkpoint", kept)
    assert code == 1
    return said


def witness_finds(host: Host, shown: Path) -> str:
    """Return the alarm of the witness; what it knows stays what it was."""
    state = (host.folder / "gnr-witness" / "state.json").read_bytes()
    done = host.witness(shown)
    assert (done.exit_code, done.stdout) == (1, ""), "nothing is cosigned"
    assert (host.folder / "gnr-witness" / "state.json").read_bytes() == state
    return done.stderr


async def test_an_honest_log_is_cosigned_and_alarms_nobody(host: Host) -> None:
    await honest(host)
    await host.grow(24)
    done = host.witness(await last(host))
    assert done.exit_code == 0 and done.stderr == "BRAVO: 24 entries, extends the 18 entries that were seen before.\n"
    own = cosigner(host.witness().stdout)
    assert (own.name, own.cosigned(parse(done.stdout.encode())) is not None) == ("gnr-witness", True)
    await host.away()
    assert host.bot.verify("--checkpoint", await last(host))[0] == 0
    await host.start()


async def test_a_log_that_was_rewritten_is_found(host: Host) -> None:
    kept = await last(host)
    await honest(host)
    await host.away()
    host.bot.rewrite(forge, sign=True)
    assert host.bot.verify()[0] == 0, "in itself it is sound"
    assert "The log was rewritten" in keeper_finds(host, kept)
    await host.start()
    await host.grow(24)
    assert "ALARM (rewritten)" in witness_finds(host, await last(host))


async def test_a_log_that_was_cut_off_is_found(host: Host) -> None:
    kept = await last(host)
    await honest(host)
    await host.away()
    host.bot.rewrite(lambda envelopes: envelopes.__delitem__(slice(10, None)), sign=True)
    host.bot.alter(
        "DELETE FROM audit_content WHERE position >= 10", "UPDATE audit_handed SET size = 5", "DELETE FROM outbox"
    )
    assert host.bot.verify()[0] == 0
    assert "The log was cut off" in keeper_finds(host, kept)
    await host.start()
    await host.grow(14)
    assert "ALARM (truncated)" in witness_finds(host, await last(host))


async def test_a_log_that_was_forked_is_found_by_whoever_sees_both(host: Host) -> None:
    await honest(host)
    await host.away()
    before = host.folder / "before"
    shutil.copytree(host.bot.path.parent, before)
    await host.start()
    await host.grow(24, "what one is told")
    ours = await last(host)
    assert host.witness(ours).exit_code == 0
    await host.away()
    shutil.rmtree(host.bot.path.parent)
    shutil.copytree(before, host.bot.path.parent)
    await host.start()
    await host.grow(24, "what the other is told")
    theirs = await last(host, OTHER)
    everything = [*host.posts(await host.direct(OTHER))]
    assert [post.record["size"] for post in everything] == [5, 12, 18, 24, 24]
    assert (
        host.witness(*(host.kept(post) for post in everything if post is not everything[3]), name="pn").exit_code == 0
    )
    assert "ALARM (forked)" in witness_finds(host, theirs)
    assert "The log was rewritten" in keeper_finds(host, ours)


async def test_a_log_that_goes_on_from_an_old_copy_is_found(host: Host) -> None:
    await host.away()
    before = host.folder / "before"
    shutil.copytree(host.bot.path.parent, before)
    await host.start()
    await host.grow(24)
    kept = await last(host)
    await honest(host)
    await host.away()
    shutil.rmtree(host.bot.path.parent)
    shutil.copytree(before, host.bot.path.parent)
    assert "The log was cut off" in keeper_finds(host, kept)
    await host.start()
    await host.grow(30)
    assert "ALARM (replayed)" in witness_finds(host, await last(host))
    assert "The log was rewritten" in keeper_finds(host, kept), "now it is long enough, and another one"


async def test_an_old_checkpoint_that_is_shown_as_the_last_is_found(host: Host) -> None:
    first, *_rest = [host.kept(post) for post in host.posts(await host.direct(KEEPER))]
    await honest(host)
    assert "ALARM (replayed)" in witness_finds(host, first)
    folder = host.folder / "all"
    folder.mkdir()
    shutil.copy(first, folder)
    assert host.witness(folder).exit_code == 0, "in a folder, old ones are expected"


async def test_a_log_that_is_signed_with_another_key_is_found(host: Host) -> None:
    await honest(host)
    kept = await last(host)
    await host.away()
    host.bot.alter("UPDATE audit_key SET seed = zeroblob(32)")
    assert "not signed with the key of this log" in keeper_finds(host, kept)
    await host.start()
    await host.grow(24)
    assert "ALARM (wrong_key)" in witness_finds(host, await last(host))


async def test_a_proof_that_is_missing_is_no_proof(host: Host) -> None:
    first, _second, third = [host.kept(post) for post in host.posts(await host.direct(KEEPER))]
    assert host.witness(first).exit_code == 0
    assert "ALARM (gap)" in witness_finds(host, third)
    bare = host.folder / "bare"
    bare.write_text(read(third.read_bytes()).note)
    assert "ALARM (gap)" in witness_finds(host, bare)
    vera = host.world.person("vera")
    await vera.says("!audit checkpoint since:5")
    (host.folder / "bridge").write_bytes(host.world.files[-1].data)
    assert host.witness(host.folder / "bridge").exit_code == 0
    for wrong in ("19", "0", "x"):
        await vera.says(f"!audit checkpoint since:{wrong}")
        assert vera.hears(ok=False, error="bad_argument")


async def test_an_honest_checkpoint_that_comes_late_among_others_is_not_said_to_cut_the_log_off(host: Host) -> None:
    first, second, _third = [host.kept(post) for post in host.posts(await host.direct(KEEPER))]
    assert host.witness(first).exit_code == 0
    await host.world.person("vera").says("!audit checkpoint since:5")
    (host.folder / "bridge").write_bytes(host.world.files[-1].data)
    assert host.witness(host.folder / "bridge").exit_code == 0
    found = host.folder / "collected"
    found.mkdir()
    shutil.copy(second, found)
    said = witness_finds(host, found)
    assert "ALARM (gap)" in said and "12 entries, which was never seen here" in said and "cut off" not in said
    assert "ALARM (truncated)" in witness_finds(host, second), "as the last that there is, it cuts the log off"
    await host.away()
    assert host.bot.verify("--checkpoint", second)[0] == 0, "and that is how it is told"


async def test_a_proof_of_another_log_proves_nothing(host: Host) -> None:
    await honest(host)
    row = await host.world.store.audit.key()
    assert row
    forged = host.folder / "forged"
    genuine = await last(host)
    lines = genuine.read_text().split("\n\n")[0].replace("old 12", "old 18")
    forged.write_text(f"{lines}\n\n{LogKey(row.name, row.seed).sign(30, bytes(32))}")
    assert "ALARM (rewritten)" in witness_finds(host, forged)


async def test_each_is_given_each_checkpoint_once_after_a_restart_too(host: Host) -> None:
    host.world.rooms.joined[AUDIT] = [BOT]  # type: ignore[list-item]
    vera = host.world.person("vera", room=AUDIT)
    await vera.says("!room use audit", room=AUDIT)
    assert vera.hears("This room is for audit")
    await vera.says("!room show", room=AUDIT)
    assert vera.hears("This room is for audit")
    await host.grow(18)
    await host.grow(18)
    await host.away()
    host.bot.alter("DELETE FROM holding", "DELETE FROM outbox")  # as what is old is deleted
    await host.start()
    await host.grow(18)
    assert [post.record["size"] for post in host.posts(AUDIT)] == [18]
    assert [post.record["size"] for post in host.posts(await host.direct(KEEPER))] == [5, 12, 18]
    assert [post.record["old"] for post in host.posts(await host.direct(KEEPER))] == [0, 5, 12]
    assert host.posts(AUDIT)[0].record["old"] == 0, "the first needs no proof"
    assert not host.posts(ROOM)
    await host.grow(24)
    post = host.posts(AUDIT)[-1]
    assert (post.record["old"], len(post.record["proof"])) == (18, 4) and post.mentions == ()
    assert post.record["checkpoint"].rstrip("\n") in post.body and post.msgtype == "m.notice"
    assert f"<pre><code>{post.body[post.body.index('old ') :]}</code></pre>" in post.html


async def test_nothing_is_posted_where_the_bot_is_no_more_or_in_clear(host: Host) -> None:
    for room in (AUDIT, ROOM):
        host.world.rooms.joined[room] = [BOT]  # type: ignore[list-item]
        vera = host.world.person("vera", room=room)
        await vera.says("!room use audit", room=room)
    host.world.rooms.joined[AUDIT].pop(0)
    host.world.rooms.in_clear.add(ROOM)
    await host.grow(24)
    assert not host.posts(AUDIT) and not host.posts(ROOM)
    host.world.rooms.in_clear.clear()
    await host.grow(24)
    assert [post.record["size"] for post in host.posts(ROOM)] == [24], "it comes once it can"


async def test_a_keeper_who_cannot_be_reached_gets_the_proof_from_what_was_posted_last(host: Host) -> None:
    direct = await host.direct(KEEPER)
    host.world.rooms.joined[direct].append(KEEPER)  # type: ignore[arg-type]
    host.world.rooms.invited[direct] = []
    host.world.rooms.joined[direct].append("@third:example.org")  # type: ignore[arg-type]
    host.world.clock.at += timedelta(minutes=1)
    await host.grow(24)
    assert len(host.posts(direct)) == len(SIZES), "not before three people"
    host.world.rooms.joined[direct].pop()
    await host.grow(30)
    assert [post.record["old"] for post in host.posts(direct)] == [0, 5, 12, 18]


async def test_a_keeper_whom_the_bot_does_not_serve_gets_nothing(host: Host) -> None:
    away = {**agencies()[0], "keeper": "@keeper:elsewhere.net"}
    host.world.current.renew(configuration(agencies=[away], roles={"auditor": [VERA]}))
    await host.grow(24)
    assert not await host.world.store.outbox.list_rooms()
    assert await host.world.services.direct.find("@keeper:elsewhere.net") is None  # type: ignore[arg-type]


async def test_who_may_say_what_a_room_is_for(host: Host) -> None:
    for name in ("lead", "ana"):
        person = host.world.person(name)
        await person.says("!room use audit")
        assert person.hears("Only an auditor or an administrator may use !room use.", error="not_allowed")
    vera = host.world.person("vera")
    await vera.says("!room use operations")
    assert vera.hears("This room is for operations.", ok=True)


async def test_each_confirmation_carries_size_and_head(host: Host) -> None:
    ana = host.world.person("ana")
    await ana.says("!language pt")
    cut = await host.world.services.audit.last()
    assert cut and ana.last.record["log"] == {"size": 18, "head": cut.head}
    assert cut.head not in ana.last.body
    await ana.says("!status")
    assert cut.head in ana.last.body
    await ana.says("!incident show BRAVO-00000")
    assert ana.last.record["ok"] is False and "log" not in ana.last.record


class Witnessed:
    """The host, with a witness that the configuration names."""

    def __init__(self, host: Host) -> None:
        self.host = host
        witnesses = [{"key": host.witness().stdout.strip()}]
        host.world.current.renew(configuration(agencies=agencies(), roles={"auditor": [VERA]}, witnesses=witnesses))


async def test_a_cosignature_is_kept_and_named_from_then_on(host: Host) -> None:
    Witnessed(host)
    await honest(host)
    note = host.witness(await last(host)).stdout
    size = await host.world.services.audit.size()
    vera, keeper = host.world.person("vera"), host.world.person("keeper", agency="PRT-GNR")
    await vera.says("!audit status")
    assert "cosigned" not in vera.last.body
    # As clients send it: with other line ends, blanks and dashes.
    for sender, said in ((vera, note), (keeper, note.replace("\n", " ").replace("—", "--")), (vera, f"`{note}`")):
        await sender.says(f"!audit cosign {said}")
        assert sender.hears("The log of 18 entries was cosigned by gnr-witness.", command="audit cosign", ok=True)
    assert await host.world.services.audit.size() == size, "or there would be something new to cosign each time"
    await vera.says("!audit status")
    assert vera.hears("The log of 18 entries was cosigned by gnr-witness.")
    await vera.says("!audit checkpoint")
    assert host.world.files[-1].data.decode() == note
    await host.grow(24)
    assert "The log of 18 entries was cosigned by gnr-witness." in host.posts(await host.direct(OTHER))[-1].body
    assert host.posts(await host.direct(KEEPER))[-1].record["cosigned"] == {"size": 18, "by": ["gnr-witness"]}


async def test_what_is_no_cosignature_is_not_kept(host: Host) -> None:
    Witnessed(host)
    await honest(host)
    note = host.witness(await last(host)).stdout
    vera, ana = host.world.person("vera"), host.world.person("ana")
    stranger = host.witness(await last(host), name="stranger").stdout
    await vera.says(f"!audit cosign {stranger}")
    assert vera.hears("No witness that I know has signed this.", error="not_allowed")
    text, log, line = note.rstrip("\n").rpartition("\n")
    await vera.says(f"!audit cosign {text.replace('18', '12', 1)}{log}{line}")
    assert vera.hears("That is no checkpoint of this log.", error="conflict")
    before, key, signature = line.rpartition(" ")
    await vera.says(f"!audit cosign {text}\n{before} {key}{signature[:-6]}AAAA{signature[-2:]}")
    assert vera.hears(ok=False)
    await vera.says("!audit cosign hello")
    assert vera.hears("That is no checkpoint of this log.", error="bad_argument")
    await ana.says(f"!audit cosign {note}")
    assert ana.hears("Only an auditor or the keeper of an agency may use !audit cosign.", error="not_allowed")
    assert await host.world.services.witness.cosigned() is None
