"""For whoever watches over the bot: /healthz, /readyz, /metrics, and the service manager that started it."""

from __future__ import annotations

from bot.health.endpoints import serve, serve_fault
from bot.health.systemd import STOPPING, Manager, watch

__all__ = ["STOPPING", "Manager", "serve", "serve_fault", "watch"]
