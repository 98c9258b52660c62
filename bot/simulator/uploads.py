"""The bytes of files: coming in at their upload url, going out to whoever holds the bot's token."""

from __future__ import annotations

from aiohttp import web

from bot.simulator.core import Core
from bot.simulator.errors import Json, SlackError


def keep(core: Core, file_id: str, received: bytes) -> Json:
    """What a POST to /upload/<id> does. SlackError if no such upload is expected."""
    file = core.workspace.files.get(file_id)
    if file is None or file.complete:
        raise SlackError("file_not_found")
    file.content = received
    return {"size": file.size}


async def content(request: web.Request) -> bytes:
    """The bytes of a body, raw or multipart."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
        if isinstance(part, str):
            return part.encode()
    return b""


def download(core: Core, request: web.Request) -> web.Response:
    """GET /files/<id>/<name>, with the bot's token, as url_private asks for."""
    if request.headers.get("Authorization", "") != f"Bearer {core.bot_token}":
        return web.Response(status=403, text="this file needs the bot's token")
    file = core.workspace.files.get(request.match_info["id"])
    if file is None or file.content is None:
        return web.Response(status=404, text="there is no such file")
    return web.Response(body=file.content, content_type=file.mimetype)
