"""A Synapse of our own on 127.0.0.1, for the demo and for tests: never for anything that must be kept."""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.demo.process import Program, free_port

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder that holds the package: the source checkout, when it is one."""

_GENEROUS = {"per_second": 10_000, "burst_count": 10_000}


class HomeserverMissing(RuntimeError):
    """There is no Python environment with Synapse."""


class HomeserverRefused(RuntimeError):
    """The homeserver answered a request with an error; `status` and `errcode` say which."""

    def __init__(self, status: int, errcode: str, message: str) -> None:
        """Keep the status and the Matrix error code."""
        super().__init__(f"{status} {errcode}: {message}")
        self.status = status
        self.errcode = errcode


@dataclass(frozen=True, slots=True)
class Session:
    """One login: who, on which device, with which token."""

    user_id: str
    device_id: str
    access_token: str


class Homeserver:
    """Synapse with SQLite in one folder, without federation, presence and rate limits.

    Use it as an async context manager. `stop` and `start` keep port, folder and accounts.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int | None = None,
        server_name: str = "example.org",
        python: Path | None = None,
    ) -> None:
        """Choose folder (default: a temporary one) and port (default: a free one); HomeserverMissing."""
        self.python = python or CHECKOUT / ".venv-homeserver" / "bin" / "python"
        if not self.python.exists():
            raise HomeserverMissing(f"There is no Synapse at {self.python}: run `make setup` first.")
        self._temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="liaison-homeserver-"))
        self.port = port or free_port()
        self.server_name = server_name
        self.url = f"http://127.0.0.1:{self.port}"
        self._secret = ""
        self._config = self.folder / "homeserver.yaml"
        arguments = [str(self.python), "-m", "synapse.app.homeserver", "--config-path", str(self._config)]
        self._program = Program(arguments, self.folder / "console.log")

    async def __aenter__(self) -> Self:
        """Start the homeserver and return it once it answers."""
        try:
            await self.start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the homeserver; remove its folder when it was not given."""
        await self._end()

    async def _end(self) -> None:
        await self._program.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._program.running

    @property
    def pid(self) -> int | None:
        """The process id, or None when it does not run."""
        return self._program.pid

    @property
    def log(self) -> str:
        """Synapse's own log and what it wrote to the console."""
        file = self.folder / "homeserver.log"
        return self._program.log + (file.read_text("utf-8", "replace") if file.exists() else "")

    async def start(self, seconds: float = 20.0) -> None:
        """Start, and return once the homeserver answers; NotReady when that takes longer than `seconds`."""
        if not self._config.exists():
            self._write()
        self._secret = json.loads(self._config.read_text("utf-8"))["registration_shared_secret"]
        await self._program.start()
        await self._program.ready(f"{self.url}/health", seconds)

    async def stop(self) -> None:
        """End by SIGTERM, after 5 s by SIGKILL."""
        await self._program.stop()

    async def kill(self) -> None:
        """End at once, by SIGKILL."""
        await self._program.kill()

    def user_id(self, localpart: str) -> str:
        """Return the full user id."""
        return f"@{localpart}:{self.server_name}"

    async def register(self, localpart: str, password: str, admin: bool = False) -> None:
        """Make an account, through the admin interface with the shared secret."""
        path = "/_synapse/admin/v1/register"
        nonce = (await self.request("GET", path))["nonce"]
        fields = [nonce, localpart, password, "admin" if admin else "notadmin"]
        mac = hmac.new(self._secret.encode(), "\0".join(fields).encode(), "sha1").hexdigest()
        account = {"nonce": nonce, "username": localpart, "password": password, "admin": admin, "mac": mac}
        await self.request("POST", path, body=account | {"inhibit_login": True})

    async def login(self, localpart: str, password: str, device_id: str | None = None) -> Session:
        """Log in and return the session; the given device is kept or made, else a new one is made."""
        body: dict[str, Any] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": localpart},
            "password": password,
        }
        if device_id is not None:
            body["device_id"] = device_id
        answer = await self.request("POST", "/_matrix/client/v3/login", body=body)
        return Session(answer["user_id"], answer["device_id"], answer["access_token"])

    async def request(
        self, method: str, path: str, *, token: str | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send one request to the homeserver and return its JSON; HomeserverRefused for anything but 200."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = aiohttp.ClientTimeout(total=30)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
            http.request(method, self.url + path, json=body) as answer,
        ):
            content: dict[str, Any] = {}
            with contextlib.suppress(ValueError, aiohttp.ContentTypeError):
                content = await answer.json()
            if answer.status != 200:
                raise HomeserverRefused(answer.status, content.get("errcode", ""), content.get("error", ""))
            return content

    def _write(self) -> None:
        """Write the signing key, the logging set-up and the configuration, readable by us alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        self._keep("signing.key", f"ed25519 a_1 {seed}\n")
        self._keep("log.yaml", json.dumps(_logging(self.folder / "homeserver.log"), indent=1))
        # JSON is YAML too, and quotes every path rightly.
        self._keep("homeserver.yaml", json.dumps(self._settings(), indent=1))

    def _keep(self, name: str, text: str) -> None:
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text, "utf-8")

    def _settings(self) -> dict[str, Any]:
        listener = {
            "port": self.port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": False}],
        }
        return {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": secrets.token_urlsafe(32),
            "macaroon_secret_key": secrets.token_urlsafe(32),
            "form_secret": secrets.token_urlsafe(32),
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            # The default of 100 would cap every client's timeline, whatever it asks for.
            "filter_timeline_limit": 5000,
            # A cached answer to a repeated sync would hide how long things really take.
            "caches": {"sync_response_cache_duration": "0s"},
            # Accounts here live for minutes; the usual 12 rounds cost a third of a second a login.
            "bcrypt_rounds": 4,
            **_rates(),
        }


def _rates() -> dict[str, Any]:
    """Return every rate limit, raised out of the way."""
    plain = [
        "message",
        "registration",
        "admin_redaction",
        "joins_per_room",
        "3pid_validation",
        "room_creation",
    ]
    return {
        **{f"rc_{name}": _GENEROUS for name in plain},
        "rc_login": {name: _GENEROUS for name in ("address", "account", "failed_attempts")},
        "rc_joins": {"local": _GENEROUS, "remote": _GENEROUS},
        "rc_invites": {name: _GENEROUS for name in ("per_room", "per_user", "per_issuer")},
        "rc_media_create": _GENEROUS,
        "rc_presence": {"per_user": _GENEROUS},
    }


def _logging(file: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "formatter": "line", "filename": str(file)}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }
