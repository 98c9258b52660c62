"""
Where gestures come in: read, do, say.

Slack is answered when the decision is committed. A command carries its private answer in that answer; a click and a
dialog are answered first, and the words follow.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from ulid import ULID

from bot.adapters.slack import parsing, refs, verbs
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.listeners import classify, doors, gate, labels, naming, private
from bot.adapters.slack.listeners.errands import Errands
from bot.adapters.slack.listeners.heard import Heard
from bot.adapters.slack.listeners.submissions import SUBMISSIONS
from bot.adapters.slack.verbs import Answer, Ask, Call, Later, Press, Verb, Verbs
from bot.adapters.slack.views import dialogs, render
from bot.adapters.slack.words import PERSON, inward
from bot.domain.errors import Misfilled, Refused
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.messages import Button, Message, Sentence
from bot.workflows.desk import Desk, Gesture

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]

NOT_WRITTEN = (
    "Muster could not write that down; nothing was changed. Try again. By hand meanwhile: open a channel, "
    "say who is in command, and note what is done and when."
)
NOT_SHOWN = "That is written down, but Muster could not show its answer. /incident status says how it stands."
LATE = "The dialog did not open. Try again, or say it in one line:"
STUCK = "The dialog could not show the next question. Press again, choose the severity yourself, or say it in one line:"
#: the dialog has moved on since, or was closed: nobody waits for what the press asked for
OVERTAKEN = frozenset({"hash_conflict", "not_found"})


class Listeners:
    """Read, do, say, for each kind of gesture."""

    def __init__(self, desk: Desk, calls: SlackCalls, clock: Clock, table: Verbs, errands: Errands) -> None:
        self.desk = desk
        self.calls = calls
        self.clock = clock
        self.verbs = table
        self.errands = errands

    # commands

    async def command(self, ack: AsyncAck, command: Payload, request: AsyncBoltRequest) -> None:
        gesture = self.typed_gesture(command)
        text = await labels.numbered(self.desk, gesture.by, command.get("text") or "")
        typed = parsing.command(inward(text), self.verbs.wheres())
        typed = await labels.settled(self.desk, gesture.by, typed, self.verbs)
        verb = self.verbs.find(typed.verb or "declare")
        if verb is None:
            answer: Answer | None = self.unknown(typed)
        else:
            answer = await self.typed(verb, gesture, typed)
        request.context["done"] = True
        if isinstance(answer, Ask):
            self.ask(answer, gesture, command.get("trigger_id", ""))
        if answer is None or isinstance(answer, Ask):
            await ack()
            return
        if isinstance(answer, Later):
            self.errands.start(self.later(answer, gesture))
            answer = answer.first
        shown = render(answer)
        await ack(text=shown.text, blocks=shown.blocks)

    async def typed(self, verb: Verb, gesture: Gesture, typed: parsing.Typed) -> Answer | None:
        try:
            words = await naming.settled(self.desk, verb.name, typed.words)
        except Refused as refusal:
            return Sentence(refusal.sentence)
        return await said(verb, Call(self.desk, gesture, words, ref=typed.ref))

    def typed_gesture(self, command: Payload) -> Gesture:
        place = refs.room(command["channel_id"]) if command.get("channel_id") else None
        said = (command["user_id"], command.get("channel_id"), command.get("text"), command.get("response_url"))
        delivery = identity("slash", command.get("trigger_id"), said)
        return Gesture(refs.person(command["user_id"]), self.clock.now(), delivery, place, command.get("response_url"))

    def unknown(self, typed: parsing.Typed) -> Sentence:
        """Nothing typed is lost: a button says what was probably meant, another declares it."""
        number = f"{typed.name} " if typed.ref else ""
        whole = f"{number}{typed.verb} {typed.words}".strip()
        declare = Button("Declare it as an incident", "declare", whole)
        if self.desk.book.severities.find(typed.verb):
            grade = Button("Change the severity", "severity", whole)
            return Sentence("Is that a new incident, or another severity for one that is open?", (declare, grade))
        near = self.verbs.nearest(typed.verb)
        if near is None:
            text = f"/incident does not know the word {typed.verb}. /incident help lists what it knows."
            return Sentence(f"{text} To declare it as an incident, press the button.", (declare,))
        meant = Button(f"/incident {near.name}", near.name, f"{number}{typed.words}")
        return Sentence(f"/incident does not know the word {typed.verb}. Did you mean {near.name}?", (meant, declare))

    # buttons and menus

    async def action(self, ack: AsyncAck, body: Payload, action: Payload, request: AsyncBoltRequest) -> None:
        press = verbs.pressed(action)
        if press and classify.is_answer(press) and body.get("view"):
            await self.step(ack, body, action, press)
            return
        verb = self.verbs.find(press.verb) if press else None
        if press is None or verb is None:
            await ack()
            return
        gesture = self.pressed_gesture(body, action)
        answer = await said(verb, verbs.call(self.desk, gesture, verb, press))
        request.context["done"] = True
        await ack()
        self.follow(answer, gesture, body.get("trigger_id", ""))

    def pressed_gesture(self, body: Payload, action: Payload) -> Gesture:
        container, user = body.get("container") or {}, body["user"]["id"]
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
        where = container.get("message_ts") or container.get("view_id") or ""
        said = (user, where, {**action, "action_ts": None}, body.get("response_url"))
        delivery = identity("act", action.get("action_ts") or body.get("trigger_id"), said)
        place = refs.room(channel) if channel else None
        return Gesture(refs.person(user), self.clock.now(), delivery, place, body.get("response_url"))

    # dialogs

    async def step(self, ack: AsyncAck, body: Payload, action: Payload, press: Press) -> None:
        """A press inside a dialog shows the same dialog anew."""
        filled = dialogs.read(body["view"])
        gesture = replace(self.pressed_gesture(body, action), place=filled.place, hook=filled.hook)
        try:
            ask = await classify.step(self.desk, gesture.by, press, filled)
        except Refused as refusal:
            self.tell(gesture, Sentence(refusal.sentence))
            ask = None
        await ack()
        if ask:
            self.errands.start(self.again(ask, body["view"], gesture))

    async def again(self, ask: Ask, shown: Payload, gesture: Gesture) -> None:
        # the hash refuses what comes from a dialog that has moved on: https://docs.slack.dev/surfaces/modals/
        try:
            await self.calls.call(
                "views.update", view_id=shown["id"], hash=shown.get("hash"), view=self.view(ask, gesture)
            )  # fmt: skip
        except (Busy, Doubt, Rejected) as failure:
            logger.warning("A dialog was not brought up to date: %s", failure, extra={"action": "slack.dialog"})
            if getattr(failure, "code", "") not in OVERTAKEN:
                await private.tell(self.desk, gesture, Sentence(f"{STUCK} {self.how(ask.kind)}"))

    async def submission(self, ack: AsyncAck, body: Payload, view: Payload, request: AsyncBoltRequest) -> None:
        filled = dialogs.read(view)
        known = SUBMISSIONS.get(filled.kind)
        if known is None:
            await ack()
            return
        delivery = identity("view", view.get("id"), (view.get("hash"), view.get("private_metadata")))
        gesture = Gesture(refs.person(body["user"]["id"]), self.clock.now(), delivery, filled.place, filled.hook)
        try:
            await gate.submitted(self.desk, gesture, known.command or filled.kind, filled.incident)
            answer = await known.do(self.desk, gesture, filled.incident or "", filled)
        except Refused as refusal:
            wrong = refusal.fields if isinstance(refusal, Misfilled) else {known.field: refusal.sentence}
            sentences = {field: nameless(sentence) for field, sentence in wrong.items()}
            await ack(response_action="errors", errors=dialogs.under(view, sentences, known.field))
            return
        request.context["done"] = True
        if isinstance(answer, Ask):
            await ack(response_action="update", view=self.view(answer, gesture))
            return
        await ack()
        self.tell(gesture, answer)

    # answers

    def follow(self, answer: Answer | None, gesture: Gesture, trigger: str) -> None:
        """What comes after a press was acknowledged."""
        if isinstance(answer, Ask):
            self.ask(answer, gesture, trigger)
        elif isinstance(answer, Later):
            self.errands.start(self.later(answer, gesture))
        elif answer is not None:
            self.tell(gesture, answer)

    def tell(self, gesture: Gesture, answer: Message) -> None:
        self.errands.start(private.tell(self.desk, gesture, answer))

    async def later(self, answer: Later, gesture: Gesture) -> None:
        try:
            made = await answer.make()
        except Refused as refusal:
            made = Sentence(refusal.sentence)
        await private.tell(self.desk, gesture, made)

    def ask(self, ask: Ask, gesture: Gesture, trigger: str) -> None:
        self.errands.start(self.open(ask.kind, self.view(ask, gesture), gesture, trigger))

    def view(self, ask: Ask, gesture: Gesture) -> dict[str, Any]:
        own = ask.incident if ask.kind not in dialogs.OF_TODAY else None
        book = self.desk.book_of(own) if own else self.desk.book
        return dialogs.build(ask, book, gesture.hook, gesture.place)

    def how(self, kind: str) -> str:
        """What to type in place of that dialog."""
        verb = self.verbs.find(dialogs.SAID_BY.get(kind, kind))
        return verb.help if verb else "/incident help"

    async def open(self, kind: str, view: dict[str, Any], gesture: Gesture, trigger: str) -> None:
        # A trigger lives 3 s and is good for one try: https://docs.slack.dev/interactivity/handling-user-interaction/
        try:
            await self.calls.call("views.open", trigger_id=trigger, view=view)
        except (Busy, Doubt, Rejected) as failure:
            logger.warning("A dialog did not open: %s", failure, extra={"action": "slack.dialog"})
            await private.tell(self.desk, gesture, Sentence(f"{LATE} {self.how(kind)}"))

    # shortcuts

    async def shortcut(self, ack: AsyncAck, body: Payload, request: AsyncBoltRequest) -> None:
        """From the lightning menu, or of a message."""
        known = doors.SHORTCUTS.get(body.get("callback_id", ""))
        if known is None:
            await ack()
            return
        gesture = self.chosen_gesture(body)
        try:
            await gate.chosen(self.desk, gesture, body["callback_id"])
            answer: Answer | None = await known(self.desk, gesture, body)
        except Refused as refusal:
            answer = Sentence(refusal.sentence)
        request.context["done"] = True
        await ack()
        self.follow(answer, gesture, body.get("trigger_id", ""))

    def chosen_gesture(self, body: Payload) -> Gesture:
        user, channel = body["user"]["id"], (body.get("channel") or {}).get("id")
        said = (user, body.get("callback_id"), (body.get("message") or {}).get("ts"), body.get("action_ts"))
        delivery = identity("shortcut", body.get("trigger_id") or body.get("action_ts"), said)
        place = refs.room(channel) if channel else None
        return Gesture(refs.person(user), self.clock.now(), delivery, place, body.get("response_url"))

    # events

    async def event(self, event: Payload, body: Payload) -> None:
        """
        What Muster has no use for is acknowledged, so that Slack does not send it again.

        An event whose handler raises comes again; a refusal is nobody's business, as nobody asked for anything.
        """
        me = next((each["user_id"] for each in body.get("authorizations") or () if each.get("is_bot")), "")
        heard = Heard(self.desk, event, str(body.get("event_id") or ""), self.clock.now(), self.errands, me)
        for handle in doors.EVENTS.get(event.get("type", ""), ()):
            with suppress(Refused):
                await handle(heard)

    async def failed(self, error: Exception, body: Payload, request: AsyncBoltRequest) -> BoltResponse | None:
        """Something broke: whoever spoke is told in a sentence. An event stays unacknowledged and comes again."""
        logger.error("A gesture failed: %s", type(error).__name__, exc_info=error, extra={"action": "slack.failed"})
        done = bool(request.context.get("done"))
        text = NOT_SHOWN if done else NOT_WRITTEN
        if "command" in body:
            return BoltResponse(status=200, body={"text": text})
        if body.get("type") == "view_submission":
            known = SUBMISSIONS.get(dialogs.read(body["view"]).kind)
            if known is None or done:
                return BoltResponse(status=200, body="")
            errors = dialogs.under(body["view"], {known.field: text}, known.field)
            return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        if body.get("type") == "block_actions":
            self.tell(self.pressed_gesture(body, body["actions"][0]), Sentence(text))
            return BoltResponse(status=200, body="")
        if body.get("type") in ("shortcut", "message_action"):
            self.tell(self.chosen_gesture(body), Sentence(text))
            return BoltResponse(status=200, body="")
        return None


async def said(verb: Verb, call: Call) -> Answer | None:
    """What the verb answers; a refusal is an answer too."""
    try:
        return await verb.act(await gate.allowed(verb, call))
    except Refused as refusal:
        return Sentence(refusal.sentence)


def identity(kind: str, unique: str | None, said: tuple[object, ...]) -> str:
    """
    The same for every delivery of one gesture: what Slack makes unique, and a digest of what was said.

    Without the former no two gestures are taken for one.

    >>> identity("slash", "13.7", ("U1", "ack")) == identity("slash", "13.7", ("U1", "ack"))
    True
    >>> identity("slash", None, ("U1", "ack")) == identity("slash", None, ("U1", "ack"))
    False
    """
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{kind}:{unique or ULID()}:{digest[:16]}"


def nameless(sentence: str) -> str:
    """
    For places where a person cannot be named, such as under a field.

    >>> nameless("slack:U1 resolved #12 at 03:12 UTC.")
    'Somebody else resolved #12 at 03:12 UTC.'
    """
    plain = re.sub(PERSON, "somebody else", sentence).replace("*", "")
    return plain[:1].upper() + plain[1:500]
