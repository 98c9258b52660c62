"""The body of a request, as far as it is read."""

from __future__ import annotations

from aiohttp import web

PIECE = 64 * 1024


async def bounded(request: web.Request, most: int) -> bytes | None:
    """The body; None when there are more than `most` bytes of it."""
    body = bytearray()
    async for piece in request.content.iter_chunked(PIECE):
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
