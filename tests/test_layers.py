"""The layers that lint-imports holds name every module, so that none escapes them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from pkgutil import iter_modules

ROOT = Path(__file__).parent.parent


def test_every_module_has_its_layer() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [contract] = [c for c in config["contracts"] if c["type"] == "layers"]
    named = set(re.findall(r"bot\.(\w+)", " ".join(contract["layers"])))
    assert {module.name for module in iter_modules([str(ROOT / "bot")])} <= named
