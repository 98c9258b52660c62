"""The paths of the shop."""

from __future__ import annotations

#: where its health is told, by the names that teams give to it
HEALTH_PATHS = ("/healthz", "/health", "/api/health", "/status", "/api/status", "/api/metrics")
PATHS = ("/orders", "/releases", "/metrics")
#: where payments say that they are there
STATUS_PATHS = ("/", "/health", "/status")
