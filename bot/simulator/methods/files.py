"""files.*: the three steps of an upload, and what becomes of files."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

from bot.simulator import shapes, talk
from bot.simulator.clock import seconds
from bot.simulator.errors import Json, SlackError, explained
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.methods.chat import content, thread_of
from bot.simulator.records import Channel, SlackFile

MOST_BYTES = 1_000_000_000


def upload_url(here: Session, args: Args) -> Json:
    if args["length"] < 1:
        raise explained("invalid_arguments", ["must be more than 0: length"])
    if args["length"] > MOST_BYTES:
        raise SlackError("file_upload_size_restricted")
    name = args["filename"]
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith((".md", ".log", ".yml", ".yaml")):
        mimetype = "text/plain"
    file = SlackFile(
        here.workspace.ids.new("F"),
        name,
        name,
        here.me,
        seconds(here.core.clock.now()),
        mimetype,
        PurePath(name).suffix.removeprefix(".") or "text",
        args.get("alt_txt", ""),
    )
    here.workspace.files[file.id] = file
    return {"upload_url": f"{here.core.url}/upload/{file.id}", "file_id": file.id}


def complete(here: Session, args: Args) -> Json:
    files = _uploaded(here, args["files"])
    targets = [*([args["channel_id"]] if args.get("channel_id") else []), *args.get("channels", [])]
    if args.get("thread_ts") and len(targets) > 1:
        raise SlackError("invalid_arguments")
    places = [_place(here, target) for target in dict.fromkeys(targets)]
    fields = content({"text": args["initial_comment"]} if args.get("initial_comment") else _blocks(args))
    threads = [thread_of(place, args) for place in places]
    for place, thread in zip(places, threads, strict=True):
        _share(here, place, files, {**fields, "thread_ts": thread})
    for file in files:
        file.complete = True
    return {"files": [shapes.file(here.workspace, file) for file in files]}


def _blocks(args: Args) -> Args:
    return {"blocks": args["blocks"]} if "blocks" in args else {}


def _uploaded(here: Session, rows: object) -> list[SlackFile]:
    if (
        not isinstance(rows, list)
        or not rows
        or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows)
    ):
        raise explained("invalid_arguments", ["must be an array of objects with an id [json-pointer:/files]"])
    files = []
    for row in rows:
        file = here.workspace.files.get(row["id"])
        if file is None or file.content is None or file.complete:
            raise SlackError("file_not_found")
        file.title = str(row.get("title") or file.title)
        files.append(file)
    return files


def _place(here: Session, target: str) -> Channel:
    workspace = here.workspace
    if target in workspace.users and target != here.me:
        return workspace.im(here.me, target)
    channel = workspace.channels.get(target)
    if channel is None or not workspace.sees(here.me, channel):
        raise SlackError("channel_not_found")
    if here.me not in channel.members:
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("posting_to_channel_denied")
    return channel


def _share(here: Session, place: Channel, files: list[SlackFile], fields: Json) -> None:
    message = talk.post(
        here.workspace,
        place,
        here.me,
        bot_id=here.workspace.bot.bot_id,
        subtype="file_share",
        files=[file.id for file in files],
        **{"text": "", **fields},
    )
    for file in files:
        file.shares.append((place.id, message.ts))


def _found(here: Session, args: Args) -> SlackFile:
    file = here.workspace.files.get(args["file"])
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return file


def info(here: Session, args: Args) -> Json:
    file = _found(here, args)
    answer: Json = {"file": shapes.file(here.workspace, file), "comments": []}
    if file.mimetype.startswith("text/"):
        answer["content"] = shapes.preview(file)
    return {**answer, "response_metadata": {"next_cursor": ""}}


def listed(here: Session, args: Args) -> Json:
    rows = [
        file
        for file in here.workspace.files.values()
        if file.complete
        and args.get("user", file.user) == file.user
        and ("channel" not in args or args["channel"] in {place for place, _ in file.shares})
    ]
    count, number = max(args.get("count", 100), 1), max(args.get("page", 1), 1)
    shown = rows[(number - 1) * count : number * count]
    pages = -(-len(rows) // count)
    paging = {"count": count, "total": len(rows), "page": number, "pages": pages}
    return {"files": [shapes.file(here.workspace, file) for file in shown], "paging": paging}


def delete(here: Session, args: Args) -> Json:
    file = _found(here, args)
    if file.user != here.me:
        raise SlackError("cant_delete_file")
    del here.workspace.files[file.id]
    for place, ts in file.shares:
        message = here.workspace.channels[place].messages.get(ts)
        if message is not None:
            kept = [one for one in message.files if one != file.id]
            talk.edit(here.workspace, message, here.me, mark=False, files=kept)
    return {}


METHODS = (
    Method("files.getUploadURLExternal", upload_url, "filename! length!:int alt_txt snippet_type", "files:write"),
    Method(
        "files.completeUploadExternal",
        complete,
        "files!:json channel_id channels:list initial_comment thread_ts blocks:json",
        "files:write",
    ),
    Method("files.info", info, "file! count:int cursor limit:int page:int", "files:read"),
    Method(
        "files.list",
        listed,
        """channel count:int page:int show_files_hidden_by_limit:bool ts_from ts_to types:list user""",
        "files:read",
    ),
    Method("files.delete", delete, "file!", "files:write"),
)
