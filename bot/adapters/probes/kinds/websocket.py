"""
`websocket`: a WebSocket opens, and answers.

Options: `path` after the target's address; `send`, a text to send, or something that is sent as JSON, such as
{type: ping}; `contains`, a text that must be in the first message that comes back. With neither of these two, a ping of
the protocol is sent.

Values: `seconds` until it was open, `answer_seconds` until the answer came after that. Text: the answer.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Place, Reach, parted
from bot.adapters.probes.web import Answer, broken, joined, session
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

MOST_MESSAGE = 64 * 1024
#: how long to wait for the server's farewell
FAREWELL = aiohttp.ClientWSTimeout(ws_close=0.2)


class WebsocketOptions(Options):
    path: str = ""
    send: str | dict[str, Any] = ""
    contains: str = ""


async def read(spot: Spot, options: WebsocketOptions, reach: Reach) -> Reading:
    url = joined(parted(spot, "ws", "wss", "http", "https"), options.path)
    headers = {"User-Agent": "Muster", **spot.headers}
    began = elapsed()
    async with session(reach, spot, url) as (client, place):
        with broken(place):
            socket = await opened(client, url.geturl(), headers, place)
            try:
                seconds = elapsed() - began
                text = await answered(socket, options, place)
                values = {"seconds": seconds, "answer_seconds": elapsed() - began - seconds}
            finally:
                await socket.close()
    if options.contains not in text:
        return Reading(Fault.UNEXPECTED, f'{place} answers without "{options.contains}"', values, text)
    return Reading(Fault.NONE, f"{place} opens a WebSocket and answers", values, text)


async def opened(
    client: aiohttp.ClientSession, url: str, headers: dict[str, str], place: Place
) -> aiohttp.ClientWebSocketResponse:
    try:
        return await client.ws_connect(
            url, headers=headers, max_msg_size=MOST_MESSAGE, autoping=False, timeout=FAREWELL
        )
    except aiohttp.WSServerHandshakeError as why:
        refused = Answer(place, why.status, {}, b"", 0.0)
        if why.status == 101:
            raise Unseen(Fault.UNEXPECTED, f"{place} opens no WebSocket as it should") from None
        raise Unseen(refused.fault, f"{refused.said()} and opens no WebSocket") from None


async def answered(socket: aiohttp.ClientWebSocketResponse, options: WebsocketOptions, place: Place) -> str:
    if options.send:
        await socket.send_str(options.send if isinstance(options.send, str) else json.dumps(options.send))
    elif not options.contains:
        await socket.ping(b"muster")
    wanted = {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.PONG}
    while (message := await socket.receive()).type not in wanted:
        if message.type is not aiohttp.WSMsgType.PING:
            raise Unseen(Fault.UNEXPECTED, f"{place} closes the WebSocket instead of answering")
    return message.data if isinstance(message.data, str) else bytes(message.data).decode("utf-8", errors="replace")


KIND = Kind("websocket", WebsocketOptions, read, values=("seconds", "answer_seconds"))
