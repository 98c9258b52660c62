"""auth.*, api.*, apps.*, team.*, bots.*"""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session


def auth_test(here: Session, args: Args) -> Json:
    workspace = here.workspace
    return {
        "url": f"https://{workspace.domain}.slack.example/",
        "team": workspace.team_name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


def api_test(here: Session, args: Args) -> Json:
    if "error" in args:
        raise SlackError(args["error"], args=args)
    return {"args": args}


def connections_open(here: Session, args: Args) -> Json:
    here.core.sockets.check(here.core.manifest.socket_mode)
    address = here.core.url.replace("http", "ws", 1)
    return {"url": f"{address}/socket/{here.core.sockets.ticket()}"}


def team_info(here: Session, args: Args) -> Json:
    workspace = here.workspace
    if args.get("team", workspace.team_id) != workspace.team_id:
        raise SlackError("team_not_found")
    team = {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain}
    return {"team": {**team, "email_domain": f"{workspace.domain}.example", "icon": {"image_default": True}}}


def bots_info(here: Session, args: Args) -> Json:
    if args.get("bot", here.workspace.bot.bot_id) != here.workspace.bot.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": shapes.bot_profile(here.workspace)}


METHODS = (
    Method("auth.test", auth_test),
    Method("api.test", api_test, "error foo"),
    Method("apps.connections.open", connections_open, token="app"),
    Method("team.info", team_info, "team domain", "team:read"),
    Method("bots.info", bots_info, "bot", "users:read"),
)
