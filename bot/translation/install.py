"""Putting models into the models' folder and taking them out; every file is checked before it is used."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from bot.translation import child, models
from bot.translation.engine import Pair

MAX_BYTES = 2 * 1024**3
"""Bytes that a model may have, unpacked."""

MAX_MEMBERS = 2000
"""Files that a package may have."""

_DOWNLOAD_SECONDS = 1800
_BLOCK = 1024 * 1024
_PAIR = re.compile(r"([a-z]{2,3})-([a-z]{2,3})")
_FIREFOX = re.compile(r"model\.([a-z]{2})([a-z]{2})\.[\w.]*bin")
_FIREFOX_PART = re.compile(r"(?:model|lex|vocab|srcvocab|trgvocab)\.[\w.]+?\.(?:bin|spm)(?:\.gz)?")


class InstallError(Exception):
    """Why a model cannot be installed or removed: one English sentence for the operator."""


def install(source: str, directory: Path) -> tuple[Pair, ...]:
    """Install *source* under *directory* and return what it holds; raises InstallError.

    *source* is a pair such as `en-es` (downloaded from the Argos index, unless it comes with this
    program), an `.argosmodel` file, a folder of those, or a folder with a Firefox model.
    """
    path = Path(source)
    if path.is_file():
        return (_package(path, directory),)
    if path.is_dir():
        return _folder(path, directory)
    if match := _PAIR.fullmatch(source):
        return (_from_index(match[1], match[2], directory),)
    raise InstallError(f"{source}: neither a pair such as en-es, nor a file, nor a folder")


def remove(name: str, directory: Path) -> tuple[Pair, ...]:
    """Remove the installed models of the pair *name* (`en-es`) and return them; raises InstallError."""
    found = [pair for pair in models.scan(directory).pairs if str(pair) == name]
    removable = [pair for pair in found if not pair.fixed]
    if not found:
        raise InstallError(f"{name}: not installed")
    if not removable:
        raise InstallError(f"{name}: comes with this program and cannot be removed")
    for pair in removable:
        shutil.rmtree(pair.path)
    return tuple(removable)


def _folder(path: Path, directory: Path) -> tuple[Pair, ...]:
    packages = sorted(path.glob("*.argosmodel"))
    firefox = any(_FIREFOX_PART.fullmatch(p.name) and p.name.startswith("model.") for p in path.iterdir())
    if not packages and not firefox:
        raise InstallError(f"{path}: no .argosmodel file and no Firefox model (model.*.bin)")
    installed = [_package(package, directory) for package in packages]
    return (*installed, _firefox(path, directory)) if firefox else tuple(installed)


def _from_index(source: str, target: str, directory: Path) -> Pair:
    for pair in models.scan(directory).pairs:
        if (pair.source, pair.target, pair.fixed) == (source, target, True):
            return pair
    with _workshop(directory) as shop:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot.translation.fetch", source, target, str(shop)],
                env=child.environment(directory, index=True),
                capture_output=True,
                text=True,
                timeout=_DOWNLOAD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InstallError(f"{source}-{target}: the download took too long") from None
        if done.returncode:
            raise InstallError(f"{source}-{target}: {done.stderr.strip() or 'the download failed'}")
        fetched = json.loads(done.stdout)
        return _package(Path(fetched["path"]), directory, fetched["sha256"])


def _package(path: Path, directory: Path, expected: str | None = None) -> Pair:
    """Install the Argos package file *path*; its SHA-256 must be *expected*, or the one written beside it."""
    digest = _verified(path, expected)
    if not zipfile.is_zipfile(path):
        raise InstallError(f"{path.name}: not an Argos package (no zip archive)")
    with _workshop(directory) as shop, zipfile.ZipFile(path) as archive:
        top = _members(path.name, archive)
        _unpack(archive, shop)
        folder = shop / top
        source, target = _metadata(path.name, folder)
        record = {
            "package_sha256": digest,
            "sha256": models.sha256(models.argos_file(folder)),
            "digest": models.digest(folder),
        }
        models.write_record(folder / models.RECORD, record)
        _place(folder, directory / "argos" / top)
    _drop_others(directory, "argos", source, target, keep=directory / "argos" / top)
    return _installed(directory, "argos", source, target)


def _firefox(path: Path, directory: Path) -> Pair:
    parts = [p for p in sorted(path.iterdir()) if p.is_file() and _FIREFOX_PART.fullmatch(p.name)]
    matches = [m for p in parts if (m := _FIREFOX.fullmatch(p.name.removesuffix(".gz")))]
    if len(matches) != 1:
        raise InstallError(f"{path}: needs exactly one file such as model.enpt.intgemm.alphas.bin")
    source, target = matches[0].groups()
    with _workshop(directory) as shop:
        folder = shop / f"{source}-{target}"
        folder.mkdir()
        for part in parts:
            _verified(part)
            opener: Callable[..., Any] = gzip.open if part.suffix == ".gz" else open
            with opener(part, "rb") as data, (folder / part.name.removesuffix(".gz")).open("xb") as copy:
                _copy(data, copy, part.name)
        try:
            files = models.firefox_files(folder)
        except ValueError as error:
            raise InstallError(f"{path}: {error}") from None
        record = {"name": path.name, "sha256": models.sha256(files.model), "digest": models.digest(folder)}
        models.write_record(folder / models.RECORD, record)
        _place(folder, directory / "bergamot" / folder.name)
    return _installed(directory, "bergamot", source, target)


def _verified(path: Path, expected: str | None = None) -> str:
    """Return the file's SHA-256; raises InstallError if another one is expected of it."""
    beside = path.with_name(f"{path.name}.sha256")
    if expected is None and beside.is_file():
        expected = beside.read_text("utf-8").split()[0] if beside.read_text("utf-8").split() else ""
    digest = models.sha256(path)
    if expected is not None and digest != expected.lower():
        raise InstallError(f"{path.name}: its SHA-256 is {digest}, expected {expected}")
    return digest


def _members(name: str, archive: zipfile.ZipFile) -> str:
    """Return the package's one top folder; raises InstallError for members that would land elsewhere."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_BYTES:
        raise InstallError(f"{name}: too large")
    tops = set()
    for member in members:
        parts = PurePosixPath(member.filename).parts
        mode = member.external_attr >> 16
        odd = not parts or ".." in parts or "\\" in member.filename or ":" in member.filename
        if odd or parts[0] in ("/", ".") or parts[0].startswith(".") or stat.S_ISLNK(mode):
            raise InstallError(f"{name}: the member {member.filename!r} is not allowed")
        tops.add(parts[0])
    if len(tops) != 1:
        raise InstallError(f"{name}: not an Argos package (one folder expected, found {len(tops)})")
    return tops.pop()


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    for member in archive.infolist():
        place = folder.joinpath(*PurePosixPath(member.filename).parts)
        if member.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as data, place.open("xb") as copy:
            _copy(data, copy, member.filename)


def _copy(data: IO[bytes], copy: IO[bytes], name: str) -> None:
    left = MAX_BYTES
    while block := data.read(_BLOCK):
        left -= len(block)
        if left < 0:
            raise InstallError(f"{name}: too large")
        copy.write(block)


def _metadata(name: str, folder: Path) -> tuple[str, str]:
    try:
        data = json.loads((folder / "metadata.json").read_text("utf-8"))
        source, target = str(data["from_code"]), str(data["to_code"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InstallError(f"{name}: not an Argos package (no usable metadata.json)") from None
    tokens = ("sentencepiece.model", "bpe.model")
    complete = models.argos_file(folder).is_file() and any((folder / t).is_file() for t in tokens)
    if not complete or not models.LANGUAGE.fullmatch(source) or not models.LANGUAGE.fullmatch(target):
        raise InstallError(f"{name}: not an Argos translation package (model, vocabulary or codes missing)")
    return source, target


def _place(folder: Path, place: Path) -> None:
    """Move the finished *folder* to *place*, over an older one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        shutil.rmtree(place)
    folder.rename(place)


def _drop_others(directory: Path, engine: str, source: str, target: str, keep: Path) -> None:
    """Remove other versions of a pair: one model a pair and engine."""
    for folder in (directory / engine).iterdir():
        if folder == keep or not (folder / "metadata.json").is_file():
            continue
        if _metadata(folder.name, folder) == (source, target):
            shutil.rmtree(folder)


def _installed(directory: Path, engine: str, source: str, target: str) -> Pair:
    pairs: Sequence[Pair] = models.scan(directory, (engine,)).pairs
    return next(pair for pair in pairs if (pair.source, pair.target) == (source, target))


@contextmanager
def _workshop(directory: Path) -> Iterator[Path]:
    """Give a folder on the models' own file system, gone afterwards: what is placed is whole or not there."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".install-", dir=directory) as shop:
        yield Path(shop)
