"""The bot's figures as Prometheus reads them. docs/operating.md has a table of their names and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.services.pulse import BOUNDS, Pulse
from bot.translation.load import Load

OUTCOMES = ("relayed", "undecryptable", "forged", "replayed", "rate_limited", "fault")
"""What is told of events from the start on, so that a first one is seen as a rise."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: rows by queue, and since when the oldest thing waits to be sent."""

    depths: Mapping[str, int] = field(default_factory=dict)
    unsent_since: datetime | None = None
    translation: Load = field(default_factory=Load)


class Figures(Collector):
    """The figures of *pulse* and *backlog* at the moment *now*."""

    def __init__(self, pulse: Pulse, backlog: Backlog, now: datetime) -> None:
        self._pulse = pulse
        self._backlog = backlog
        self._now = now

    def collect(self) -> list[Metric]:
        """Return every figure."""
        pulse, depths = self._pulse, self._backlog.depths
        outcomes = dict.fromkeys(OUTCOMES, 0) | pulse.counters
        return [
            _gauge("liaison_ready", "1 once the bot serves: synced, its keys signed, the models loaded", pulse.ready),
            _gauge(
                "liaison_sync_age_seconds", "Since the homeserver last answered a sync", self._since(pulse.synced_at)
            ),
            _gauge("liaison_clock_skew_seconds", "How far the homeserver's clock is ahead of ours", pulse.skew),
            _by(GaugeMetricFamily("liaison_queue_depth", "What waits, by queue", labels=["queue"]), depths),
            _gauge(
                "liaison_outbox_oldest_seconds",
                "How long the oldest thing has waited to be sent",
                self._since(self._backlog.unsent_since) or 0.0,
            ),
            _by(
                CounterMetricFamily("liaison_events", "What became of events, by outcome", labels=["outcome"]), outcomes
            ),
            _by(
                CounterMetricFamily(
                    "liaison_translations_flagged", "Doubts about translations, by flag", labels=["flag"]
                ),
                pulse.flagged,
            ),
            self._latency(),
            *_translation(self._backlog.translation),
        ]

    def _since(self, moment: datetime | None) -> float | None:
        return (self._now - moment).total_seconds() if moment else None

    def _latency(self) -> Metric:
        family = HistogramMetricFamily(
            "liaison_latency_seconds",
            "From receipt to done, by work: command, relay, catchup, edit; translate is a translation alone",
            labels=["work"],
        )
        bounds = [*map(str, BOUNDS), "+Inf"]
        for work, latency in self._pulse.latencies.items():
            buckets = list(zip(bounds, accumulate(latency.counts), strict=True))
            family.add_metric([work], buckets, latency.seconds)
        return family


def _translation(load: Load) -> list[Metric]:
    """Return the figures of translation and of its servers."""
    requests = CounterMetricFamily(
        "liaison_translation_server_requests",
        "Requests to translation servers",
        labels=["server", "outcome"],
    )
    down = GaugeMetricFamily(
        "liaison_translation_server_down", "1 while a translation server is left alone", labels=["server"]
    )
    for server in load.servers:
        requests.add_metric([server.url, "done"], server.requests - server.failures)
        requests.add_metric([server.url, "failed"], server.failures)
        down.add_metric([server.url], float(server.down))
    retried = CounterMetricFamily("liaison_masks_retried", "Sentences masked again because a token was lost")
    retried.add_metric([], load.retried)
    return [retried, requests, down]


def _gauge(name: str, what: str, value: float | None) -> Metric:
    """Return a gauge, without a value where it is not known."""
    family = GaugeMetricFamily(name, what)
    if value is not None:
        family.add_metric([], float(value))
    return family


def _by(family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, int]) -> Metric:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def described(metric: Metric) -> tuple[str, str]:
    """Return the name under which *metric* is asked for, and what it says."""
    return metric.name + ("_total" if metric.type == "counter" else ""), metric.documentation
