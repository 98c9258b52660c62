"""An incident in a real browser under each policy: questions, dialogs and documents are the policy's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Locator, Page, expect

from bot.domain.incident import OVER
from bot.policy.book import Book, bundled, load
from bot.policy.lifecycle import Status
from bot.simulator import Simulator
from tests.browser.steps import EDITED, PICTURES, a_hall, card, fill, go_to, hand_in, log, modal, picture, say

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

WIDE, PHONE = 1280, 390
#: a tree of questions on a phone, a matrix on a desktop
ALWAYS = [("code", PHONE), ("portfolio", WIDE)]
#: with MUSTER_PICTURES set to a folder, every policy has its pictures taken
EVERY = [(name, width) for name in bundled() for width in (PHONE, WIDE)] if PICTURES else ALWAYS


class Visit:
    """Ana at the page of a workspace under one policy; `shot` leaves a picture of where she is."""

    def __init__(self, page: Page, hall: Simulator, book: Book) -> None:
        self.page, self.hall, self.book = page, hall, book
        self._taken = 0

    async def shot(self, what: str) -> None:
        self._taken += 1
        await self._shot(what)

    async def _shot(self, what: str) -> None:
        await picture(self.page, f"{self.book.name}-{self._taken:02}-{what}")

    async def shot_of_dialog(self, what: str) -> None:
        """As it opens, and its end where it is longer than the screen."""
        await expect(modal(self.page)).to_be_visible()
        await self.shot(what)
        if PICTURES and await self._body().evaluate("body => body.scrollHeight > body.clientHeight + 4"):
            await self._body().evaluate("body => body.scrollTo(0, body.scrollHeight)")
            await self._shot(f"{what}-end")
            await self._body().evaluate("body => body.scrollTo(0, 0)")

    def _body(self) -> Locator:
        return modal(self.page).locator(".dialog-body")

    def room(self) -> str:
        [room] = [c for c in self.hall.workspace.channels.values() if c.creator == self.hall.workspace.bot.id
                  and c.kind != "im"]  # fmt: skip
        return room.name

    async def press(self, words: str) -> None:
        await card(self.page).get_by_role("button", name=words).click()

    async def sees_on_card(self, words: str) -> None:
        await expect(card(self.page)).to_contain_text(words, timeout=EDITED)


@pytest.mark.parametrize(("policy", "width"), EVERY)
async def test_one_incident_under_the_policy(policy: str, width: int, page_for: PageFor, tmp_path: Path) -> None:
    async with a_hall(tmp_path, policy) as hall:
        page = await page_for(f"{hall.url}/?as=ana", width=width, height=844 if width == PHONE else 800)
        visit = Visit(page, hall, load(policy))
        await graded(visit)
        await commanded(visit)
        await measured(visit)
        await updated(visit)
        await ticked(visit)
        await ended(visit)
        await heard_elsewhere(visit)
        assert hall.complaints == []


async def graded(visit: Visit) -> None:
    """The dialog, its questions answered one by one until it proposes the gravest."""
    page, asks, ids = visit.page, visit.book.classification, visit.book.severities.ids
    if visit.page.viewport_size == {"width": PHONE, "height": 844}:
        await go_to(page, "general")
    await say(page, "/incident declare")
    await visit.shot_of_dialog("declare")
    await fill(page, "What is failing?", "checkout is failing")
    if asks.proposes:
        await modal(page).get_by_role("button", name="Help me choose").click()
    answers: dict[str, str] = {}
    while asked := asks.next(answers):
        await expect(modal(page)).to_contain_text(asked.ask)
        await visit.shot_of_dialog(f"question-{len(answers) + 1}")
        answers = grave_answers(visit.book, answers)
        chosen = next(choice for choice in asked.choices if choice.id == answers[asked.id])
        await modal(page).get_by_role("button", name=chosen.title, exact=True).click()
    if asks.proposes:
        await expect(modal(page)).to_contain_text(f"Proposed: {visit.book.severities.get(ids[0]).title}")
        await visit.shot_of_dialog("proposed")
    await hand_in(page)
    await expect(log(page).get_by_text("The room is open")).to_be_visible(timeout=EDITED)
    await visit.shot("answer")


def grave_answers(book: Book, answers: dict[str, str]) -> dict[str, str]:
    """One answer more, on a way to the gravest severity."""
    asked, ids = book.classification.next(answers), book.severities.ids
    assert asked
    return next({**answers, asked.id: choice.id} for choice in asked.choices
                if reaches(book, {**answers, asked.id: choice.id}, ids[0]))  # fmt: skip


def reaches(book: Book, answers: dict[str, str], severity: str) -> bool:
    asked = book.classification.next(answers)
    if asked is None:
        proposal = book.classification.propose(answers, book.severities.ids)
        return proposal is not None and proposal.severity == severity
    return any(reaches(book, {**answers, asked.id: choice.id}, severity) for choice in asked.choices)


async def commanded(visit: Visit) -> None:
    page, lead = visit.page, visit.book.roles.get(visit.book.roles.lead)
    await go_to(page, visit.room())
    await visit.sees_on_card("checkout is failing")
    if visit.book.severities.all[0].page:
        await visit.sees_on_card("Paged:")
    # each edit of the card draws its buttons anew: a press waits until the edit before it is seen
    await visit.press("Acknowledge")
    await visit.sees_on_card("· acknowledged")
    await visit.press("Take command")
    await visit.sees_on_card(f"{lead.title}: @Ana Lima")
    await visit.shot("room")


async def measured(visit: Visit) -> None:
    page, field = visit.page, next(field for field in visit.book.impact.fields if field.on_card)
    await card(page).locator('[data-action-id="menu:more"]').click()
    await page.get_by_role("option", name="Impact").click()
    await visit.shot_of_dialog("impact-dialog")
    await fill(page, field.title, "about 1,200")
    await hand_in(page)
    await visit.sees_on_card(f"{field.title}: about 1,200")


async def updated(visit: Visit) -> None:
    page, fields = visit.page, visit.book.communications.update_fields
    await visit.press("Post update")
    await expect(modal(page)).to_be_visible()
    asked = await modal(page).locator("label").all_inner_texts()
    assert [title for title, field in zip(asked, fields, strict=False) if not title.startswith(field.title)] == []
    await visit.shot_of_dialog("update-dialog")
    for field in fields:
        await fill(page, field.title, SAID.get(field.id, "not known yet"))
    await hand_in(page)
    await expect(modal(page)).to_be_hidden()
    await expect(log(page).get_by_text(SAID["state"]).last).to_be_visible(timeout=EDITED)
    await visit.sees_on_card("Update 1 posted")
    await visit.shot("update")


SAID = {
    "state": "Half of the payments work again",
    "impact": "Customers in Europe cannot pay by card",
    "actions": "Restarted two of the four workers",
    "next_steps": "Fail over the database (15:40)",
    "help_needed": "Somebody who knows the payment provider",
    "eta": "15:45 UTC",
    "users": "about 1,200",
    "services": "checkout, invoices",
    "error_rate": "12 %",
    "tracking": "https://tracker.example.com/7",
}


async def ticked(visit: Visit) -> None:
    page, severity = visit.page, visit.book.severities.ids[0]
    first = visit.book.checklists.at_start(severity)[0]
    listed = log(page).locator("[data-ts]").filter(has_text=re.compile(rf"{re.escape(first.title)} · \d+ of")).first
    await listed.get_by_role("button", name="Done").first.click()
    await expect(listed).to_contain_text(f"1 of {len(first.items)} done", timeout=EDITED)
    await listed.scroll_into_view_if_needed()
    await visit.shot("checklist")


async def ended(visit: Visit) -> None:
    page, severity = visit.page, visit.book.severities.ids[0]
    watched = last_open(visit.book)
    await card(page).get_by_role("combobox", name="Move to").click()
    await page.get_by_role("option", name=watched.title).click()
    # in bold: the menu shows what was chosen at once, and a press before the card is edited is lost with its button
    await expect(card(page).locator("strong").filter(has_text=watched.title)).to_be_visible(timeout=EDITED)
    await visit.press("Resolve")
    await visit.shot_of_dialog("resolve-dialog")
    await fill(page, "What happened", "Rolled the payment service back to the release before")
    await fill(page, "Root cause", "The connection pool was too small")
    for listed in visit.book.checklists.closing(severity):
        await modal(page).get_by_label(listed.items[0].text[:40], exact=False).first.check()
    await hand_in(page)
    await expect(log(page).get_by_text("To be written").first).to_be_visible(timeout=EDITED)
    await visit.shot("resolved")
    await read(visit)


def last_open(book: Book) -> Status:
    """The last status before the end."""
    return [status for status in book.lifecycle.all if status.stage not in OVER][-1]


async def read(visit: Visit) -> None:
    file = log(visit.page).locator(".file").last
    for section in visit.book.postmortem.sections:
        await expect(file.get_by_role("heading", name=section.title, exact=True).first).to_be_attached()
    await expect(file).not_to_contain_text("\\")
    if PICTURES:
        await file.get_by_role("button", name="Show all").click()
        size = visit.page.viewport_size or {"width": WIDE, "height": 800}
        height = await file.evaluate("file => file.scrollHeight")
        await visit.page.set_viewport_size({"width": size["width"], "height": int(height) + 500})
        await file.screenshot(path=f"{PICTURES}/{visit.book.name}-postmortem-{size['width']}.png")
        await visit.page.set_viewport_size(size)


async def heard_elsewhere(visit: Visit) -> None:
    told = visit.book.communications
    for channel in dict.fromkeys((told.incidents_channel, *told.audience(visit.book.severities.ids[0]))):
        await go_to(visit.page, channel)
        word = visit.book.lifecycle.get(visit.book.lifecycle.resolved).word
        await expect(log(visit.page).get_by_text(word).first).to_be_visible(timeout=EDITED)
        await visit.shot(f"in-{channel}")
