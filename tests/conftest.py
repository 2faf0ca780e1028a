"""Rules for every test: what is marked by its place, and that nothing is skipped where it counts."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

HOMESERVER = Path(__file__).parent / "homeserver"

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.fixture
def own_garbage() -> Iterator[None]:
    """Leave aside what earlier tests have left on the heap: looking through it takes longer than the test's bound."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HOMESERVER):
            item.add_marker("homeserver")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _failed_if_skipped((yield))


def _failed_if_skipped(report: Report) -> Report:
    """Return *report*, a failure if it is of a test that CI would skip."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Take back how a command of the program, called in a test, has logs written: later tests want to read theirs."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        for module in list(sys.modules.values()):
            log = getattr(module, "log", None)
            if isinstance(log, _LOGGER):
                vars(log).pop("bind", None)  # as it was kept at the first use


_LOGGER = type(structlog.get_logger())
