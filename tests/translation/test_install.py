"""Models in, out and to the test; what is refused."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.models import app
from bot.translation import install, models
from bot.translation.install import InstallError

from .conftest import DATA, SPANISH

LINK = (stat.S_IFLNK | 0o777) << 16
STARTER = next(pair for pair in models.scan(Path("nowhere")).pairs if str(pair) == "pt-en")


def names(folder: Path) -> list[str]:
    return [f"{pair.engine}:{pair}" for pair in models.scan(folder).pairs if not pair.fixed]


def package(path: Path, members: dict[str, bytes | str], **attributes: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes.get("external_attr", 0)
            archive.writestr(info, data)
    return path


def test_a_package_file_is_installed_with_its_identity(tmp_path: Path) -> None:
    (pair,) = install.install(str(SPANISH[0]), tmp_path)
    assert (str(pair), pair.engine, pair.name) == ("en-es", "argos", "translate-en_es-1_0")
    assert pair.sha256 == hashlib.sha256((pair.path / "model" / "model.bin").read_bytes()).hexdigest()
    record = json.loads((pair.path / "liaison.json").read_text())
    assert record["package_sha256"] == hashlib.sha256(SPANISH[0].read_bytes()).hexdigest()
    assert [p.name for p in tmp_path.iterdir()] == ["argos"]


def test_a_folder_of_packages_is_installed_and_twice_is_once(tmp_path: Path) -> None:
    for _ in range(2):
        assert len(install.install(str(DATA), tmp_path)) == 2
    assert names(tmp_path) == ["argos:en-es", "argos:es-en"]


def test_another_version_replaces_the_old_one(tmp_path: Path) -> None:
    install.install(str(SPANISH[0]), tmp_path / "models")
    with zipfile.ZipFile(SPANISH[0]) as old:
        members = {n.replace("1_0", "1_1"): old.read(n) for n in old.namelist() if not n.endswith("/")}
    install.install(str(package(tmp_path / "new.argosmodel", members)), tmp_path / "models")
    assert [p.name for p in (tmp_path / "models" / "argos").iterdir()] == ["translate-en_es-1_1"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_firefox_folder_is_installed(tmp_path: Path, packed: bool) -> None:
    source = tmp_path / "download"
    source.mkdir()
    files = models.firefox_files(STARTER.path)
    for path in (files.model, files.source_vocabulary, files.shortlist):
        assert path
        if packed:
            (source / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 1))
        else:
            shutil.copy(path, source)
    (pair,) = install.install(str(source), tmp_path / "models")
    assert (str(pair), pair.engine, pair.sha256, pair.fixed) == ("pt-en", "bergamot", STARTER.sha256, False)


def test_the_starter_pair_needs_no_download_and_stays(tmp_path: Path) -> None:
    assert install.install("en-pt", tmp_path)[0].fixed
    with pytest.raises(InstallError, match="cannot be removed"):
        install.remove("en-pt", tmp_path)


def test_removing(tmp_path: Path) -> None:
    install.install(str(SPANISH[0]), tmp_path)
    assert [str(pair) for pair in install.remove("en-es", tmp_path)] == ["en-es"]
    assert names(tmp_path) == []
    with pytest.raises(InstallError, match="not installed"):
        install.remove("en-es", tmp_path)


@pytest.mark.parametrize(
    "member",
    ["../evil", "/etc/evil", "top/../../evil", "top\\evil", "C:/evil", ".hidden/x", "top/./../../x"],
)
def test_members_that_would_land_elsewhere_are_refused(tmp_path: Path, member: str) -> None:
    bad = package(tmp_path / "bad.argosmodel", {"top/metadata.json": "{}", member: "x"})
    with pytest.raises(InstallError, match="not allowed"):
        install.install(str(bad), tmp_path / "models")
    assert not any(path.is_file() for path in (tmp_path / "models").rglob("*"))


def test_links_and_oversize_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = package(tmp_path / "l.argosmodel", {"top/x": "/etc/passwd"}, external_attr=LINK)
    with pytest.raises(InstallError, match="not allowed"):
        install.install(str(link), tmp_path / "models")
    monkeypatch.setattr(install, "MAX_BYTES", 1000)
    with pytest.raises(InstallError, match="too large"):
        install.install(str(SPANISH[0]), tmp_path / "models")


@pytest.mark.parametrize(
    "members",
    [
        {"top/metadata.json": "{}"},
        {"top/x": "y"},
        {"a/x": "y", "b/x": "y"},
        {
            "t/metadata.json": '{"from_code": "../x", "to_code": "es"}',
            "t/model/model.bin": "x",
            "t/bpe.model": "x",
        },
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, members: dict[str, bytes | str]) -> None:
    with pytest.raises(InstallError, match="not an Argos"):
        install.install(str(package(tmp_path / "x.argosmodel", members)), tmp_path / "models")
    assert names(tmp_path / "models") == []


def test_a_checksum_beside_the_file_is_held_to(tmp_path: Path) -> None:
    file = Path(shutil.copy(SPANISH[0], tmp_path))
    beside = tmp_path / f"{file.name}.sha256"
    beside.write_text(f"{'0' * 64}  {file.name}\n")
    with pytest.raises(InstallError, match="SHA-256"):
        install.install(str(file), tmp_path / "models")
    beside.write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    install.install(str(file), tmp_path / "models")


def test_a_broken_folder_is_a_fault_and_hides_no_other_model(tmp_path: Path) -> None:
    install.install(str(SPANISH[0]), tmp_path)
    (tmp_path / "argos" / "broken").mkdir()
    (tmp_path / "bergamot" / "de-en").mkdir(parents=True)
    inventory = models.scan(tmp_path)
    assert "argos:en-es" in [pair.key for pair in inventory.pairs]
    assert [fault.name for fault in inventory.faults] == ["broken", "de-en"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An Argos index on this machine."""
    folder = tmp_path / "index"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_address[1]}"
    shutil.copy(SPANISH[0], folder / "en_es.argosmodel")
    entry = {
        "type": "translate",
        "from_code": "en",
        "to_code": "es",
        "from_name": "E",
        "to_name": "S",
    }
    files = {"1.0": "gone.argosmodel", "1.10": "en_es.argosmodel", "1.9": "gone.argosmodel"}
    entries = [entry | {"package_version": v, "links": [f"{address}/{f}"]} for v, f in files.items()]
    (folder / "index.json").write_text(json.dumps(entries))
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder
    server.shutdown()
    server.server_close()


def test_a_pair_comes_from_the_index_the_newest_version(tmp_path: Path, index: Path) -> None:
    (pair,) = install.install("en-es", tmp_path / "models")
    assert pair.key == "argos:en-es"
    with pytest.raises(InstallError, match="not in the package index"):
        install.install("en-fr", tmp_path / "models")


def test_a_checksum_in_the_index_is_held_to(tmp_path: Path, index: Path) -> None:
    entries = json.loads((index / "index.json").read_text())
    (index / "index.json").write_text(json.dumps([entry | {"sha256": "0" * 64} for entry in entries]))
    with pytest.raises(InstallError, match="SHA-256"):
        install.install("en-es", tmp_path / "models")


def test_without_an_index_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", "http://127.0.0.1:9")
    with pytest.raises(InstallError, match=r"cannot be reached; .*name a file"):
        install.install("en-es", tmp_path)


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, env={"LIAISON_MODELS": str(folder)})
    return result.exit_code, result.output


def test_the_commands_and_their_exit_codes(tmp_path: Path) -> None:
    code, out = run(tmp_path, "install", str(SPANISH[0]), str(SPANISH[1]))
    assert code == 0 and out.count("sha256:") == 2
    code, out = run(tmp_path, "list")
    assert code == 0 and "en-es" in out and "pt-en" in out and "built in" in out
    code, out = run(tmp_path, "install", "nonsense", str(tmp_path))
    assert code == 2 and "neither a pair" in out and "no .argosmodel file" in out
    assert run(tmp_path, "remove", "en-es")[0] == 0
    assert run(tmp_path, "remove", "en-es")[0] == 2
    assert run(tmp_path, "list", "--config", str(tmp_path / "none.toml"))[0] == 2


def trial(folder: Path, pair: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "bot", "models", "test", pair]
    environment = os.environ | {"LIAISON_MODELS": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=50, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_test_chooses_the_mask_and_remembers_it(tmp_path: Path) -> None:
    code, out = trial(tmp_path, "pt-en")
    assert code == 0 and "72 of 72" in out
    assert json.loads((tmp_path / "starter" / "pt-en.json").read_text())["mask"] == "letters"
    (tmp_path / "starter" / "pt-en.json").write_text('{"mask": "numbers"}')
    assert next(pair for pair in models.scan(tmp_path).pairs if str(pair) == "pt-en").mask == "numbers"


def test_a_model_that_was_changed_fails_its_test(tmp_path: Path) -> None:
    (pair,) = install.install(str(SPANISH[0]), tmp_path)
    weights = pair.path / "model" / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    code, out = trial(tmp_path, "en-es")
    assert code == 1 and "not the one that was installed" in out
    assert trial(tmp_path, "xx-yy")[0] == 2
