"""A task force whose people verify themselves: everything but the homeserver, and an app for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from bot.intake.limits import Limits
from bot.matrix.crosssigning import Identity
from bot.matrix.identity import SEEDS
from bot.matrix.verifications import Verifications
from bot.matrix.verifying import Party
from bot.model.person import UserId

from ..fakes import BOT
from ..incident.marked import direct
from ..world import Person, World
from .emoji_app import PREFIX, App, Event

SIGNED, UNSIGNED = "PHONE", "EVIL"


class FakeClient:
    """What verifications use of the client: everybody has a signed device and one that is not."""

    def __init__(self, world: World) -> None:
        self.user_id = BOT
        self.world = world
        self.to_device: list[tuple[str, str, str, dict[str, Any]]] = []
        """What was sent to devices: user, device, type and content."""
        self.api = self
        account = SimpleNamespace(identity_keys={"ed25519": "BotsDeviceKey"})
        self.nio = SimpleNamespace(
            users_for_key_query=set(),
            keys_query=self._queried,
            device_store=_Devices(),
            device_id="BOTDEVICE",
            olm=SimpleNamespace(account=account),
        )

    async def _queried(self) -> None:
        """Learn nothing new."""

    async def request(self, method: str, where: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Take a message to a device."""
        assert (method, where.split("/")[-3]) == ("PUT", "sendToDevice")
        [(user, devices)] = body["messages"].items()
        [(device, content)] = devices.items()
        self.to_device.append((user, device, where.split("/")[-2], content))
        return {}

    def lost(self, user_id: str) -> bool:
        """Return whether a device of theirs is lost."""
        return self.world.current.now.lost(user_id)

    def device_of(self, user_id: str, sender_key: str) -> Any:
        """Return the signed device, whatever the key is."""
        return self.nio.device_store[user_id][SIGNED]


class _Devices(dict[str, dict[str, Any]]):
    def __missing__(self, user: str) -> dict[str, Any]:
        return {
            name: SimpleNamespace(id=name, ed25519=key_of(user, name), verified=name == SIGNED, deleted=False)
            for name in (SIGNED, UNSIGNED)
        }


def key_of(user: str, device: str) -> str:
    return f"{device}Of{user.strip('@').partition(':')[0]}"


class Scene:
    """Verifications at work in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = FakeClient(world)
        self.bot = Party(BOT, "BOTDEVICE", "BotsDeviceKey", "")
        self.begins()

    def begins(self) -> None:
        """Start the verifications, as each start of the bot does."""
        world = self.world
        limits = Limits(world.current, lambda: world.clock.now().timestamp())
        self.running = Verifications(self.client, world.store, world.services.verifying, limits, world.clock)  # type: ignore[arg-type]
        world.intake.on_verification = self.running.in_room
        world.store.verifying.on_judged = self.running.judged

    async def restarts(self) -> None:
        """Stop the bot in the midst of it, and start it."""
        await self.world.stop()
        await self.world.start()
        self.begins()
        await self.running.work()
        await self.world.delivers()

    async def prepare(self) -> None:
        """Make the bot's identity, and let the log begin."""
        identity = Identity.make(BOT)
        self.bot = Party(BOT, "BOTDEVICE", "BotsDeviceKey", identity.master.public)
        async with self.world.store.transaction():
            await self.world.store.account.save(**dict(zip(SEEDS, identity.seeds, strict=True)))
        await self.world.services.audit.begin(self.world.clock.now())

    async def settles(self) -> None:
        """Wait until all is done."""
        await self.world.settles()
        await self.world.intake.rest()
        await self.running.work()
        await self.world.delivers()

    async def shows(self, person: Person, key: str = "") -> None:
        """Let the homeserver show a master key of a person."""
        await self.world.intake.identities_seen({person.user_id: key or master_of(person.user_id)})
        await self.world.settles()

    async def answers(self, person: Person, choice: str, nth: int = -1) -> None:
        """Let a person answer the *nth* question about emoji that was put to them."""
        found = [
            h.post
            for h in self.world.heard
            if h.post and h.post.record.get("kind") == "question" and h.post.mentions == (person.user_id,)
        ]
        post = found[nth]
        digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
        relation = {"m.in_reply_to": {"event_id": self.world.event_of(post)}}
        content = {"msgtype": "m.text", "body": digit, "m.relates_to": relation}
        await person.says(digit, room=direct(person), content=content)
        await self.settles()


def master_of(user: str) -> str:
    return f"MasterOf{user.strip('@').partition(':')[0]}"


class Phone:
    """The app of a person, in their direct room or, without one, from device to device."""

    def __init__(self, scene: Scene, person: Person, room: str | None, device: str = SIGNED) -> None:
        self.scene = scene
        self.person = person
        self.room = room
        self.me = Party(person.user_id, device, key_of(person.user_id, device), master_of(person.user_id))
        self.app = App(self.me, scene.bot, "")
        self._numbers = 0

    @property
    def heard(self) -> list[Event]:
        """What the bot sent of this verification, oldest first: kind and content."""
        if self.room is None:
            all_of = [(type, content) for user, _device, type, content in self.scene.client.to_device
                      if user == self.person.user_id]  # fmt: skip
        else:
            all_of = [(type, content) for room, type, content in self.scene.world.protocol if room == self.room]
        return [
            (type.removeprefix(PREFIX), content)
            for type, content in all_of
            if self.app.id in (content.get("transaction_id"), content.get("m.relates_to", {}).get("event_id"))
        ]

    @property
    def kinds(self) -> list[str]:
        """The kinds of that."""
        return [kind for kind, _content in self.heard]

    @property
    def code(self) -> str | None:
        """The code with which the bot has ended it, or None."""
        return next((content["code"] for kind, content in self.heard if kind == "cancel"), None)

    async def sends(self, event: Event, sender: UserId | None = None, **raw: Any) -> str:
        """Send an event of the protocol, in clear as Element does it; return its id."""
        kind, content = event
        sender = sender or self.person.user_id
        if self.room is None:
            self.scene.running.to_device([{"type": kind, "sender": sender, "content": content}])
            id = ""
        else:
            options = {"encrypted": False, "trusted": False, **raw}
            [id] = await self.scene.world.receives(sender, room=self.room, type=kind, content=content, **options)
        await self.scene.settles()
        return id

    async def asks(self, **other: Any) -> None:
        """Ask for a verification."""
        content = {"from_device": self.me.device_id, "methods": ["m.sas.v1", "m.qr_code.show.v1"], **other}
        in_room = self.room is not None
        self._numbers += 1
        id = f"t{self._numbers} {self.person.user_id}"
        if not in_room:
            now = self.scene.world.clock.now().timestamp() * 1000
            content = {"transaction_id": id, "timestamp": now, **content}
            # Before it is sent, so that what the bot says at once is heard.
            self.app = App(self.me, self.scene.bot, id)
            await self.sends((f"{PREFIX}request", content))
            return
        content = {"msgtype": f"{PREFIX}request", "body": "Verify me", "to": BOT, **content}
        id = await self.sends(("m.room.message", content))
        self.app = App(self.me, self.scene.bot, id, in_room=True)

    async def compares(self) -> str:
        """Go on until both sides show their emoji; return the numbers that this one shows."""
        await self.sends(self.app.start())
        self.app.accepted(dict(self.heard)["accept"])
        await self.sends(self.app.key())
        self.app.took(dict(self.heard)["key"])
        return " ".join(map(str, self.app.shown()[1]))
