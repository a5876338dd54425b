"""Connections that keep a place without using it: who begins to ask and does not go on is not waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

WITHIN = 20.0  # seconds in which the head of a request arrives; it is a few hundred bytes
AT_ONCE = 400  # connections; more are told to come again, so that files can still be opened


class Punctual(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection that is closed where the head of its next request does not arrive in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what arrives; the time does not begin anew with every byte."""
        super().data_received(data)
        if not self._is_waiting():
            self._enough()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._enough()
        super().connection_lost(exc)

    def _is_waiting(self) -> bool:
        """Whether no request is here that is not answered yet."""
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete

    def _wait(self) -> None:
        self._late = asyncio.get_running_loop().call_later(WITHIN, self._close)

    def _enough(self) -> None:
        if self._late:
            self._late.cancel()
        self._late = None

    def _close(self) -> None:
        self._late = None
        if self._is_waiting():
            self.transport.close()
