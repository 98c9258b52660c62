"""views.*: modals and the Home tab."""

from __future__ import annotations

from bot.simulator.errors import Json, SlackError, explained
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.tickets import Trigger
from bot.simulator.view_rules import check_view
from bot.simulator.views import View


def _exchanged(here: Session, args: Args) -> Trigger:
    trigger = args.get("trigger_id") or args.get("interactivity_pointer")
    if not trigger:
        raise explained("invalid_arguments", ["missing required field: trigger_id"])
    check_view(args["view"], "modal")
    return here.core.triggers.exchange(trigger)


def _answer(here: Session, view: View) -> Json:
    return {"view": here.core.views.shape(view)}


def open_view(here: Session, args: Args) -> Json:
    trigger = _exchanged(here, args)
    return _answer(here, here.core.views.open(trigger.user, args["view"]))


def push(here: Session, args: Args) -> Json:
    trigger = _exchanged(here, args)
    return _answer(here, here.core.views.push(trigger.user, args["view"]))


def update(here: Session, args: Args) -> Json:
    if not args.get("view_id") and not args.get("external_id"):
        raise explained("invalid_arguments", ["missing required field: view_id"])
    view = here.core.views.find(args.get("view_id", ""), args.get("external_id", ""))
    if view is None:
        raise SlackError("not_found")
    return _answer(here, here.core.views.update(view, args["view"], args.get("hash")))


def publish(here: Session, args: Args) -> Json:
    here.user(args["user_id"])
    if not here.core.manifest.home_tab:
        raise SlackError("not_enabled")
    return _answer(here, here.core.views.publish(args["user_id"], args["view"], args.get("hash")))


METHODS = (
    Method("views.open", open_view, "trigger_id interactivity_pointer view!:json"),
    Method("views.push", push, "trigger_id interactivity_pointer view!:json"),
    Method("views.update", update, "view_id external_id hash view!:json"),
    Method("views.publish", publish, "user_id! hash view!:json"),
)
