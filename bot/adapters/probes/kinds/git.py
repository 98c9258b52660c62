"""
The commits of a repository (the target's address, a folder) within a look-back.

Values: commits (200 at most), minutes_since the newest one, whenever it was. The text lists them, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import Field

from bot.adapters.probes.child import ENVIRONMENT, Ended, program, run
from bot.adapters.probes.files import place
from bot.adapters.probes.kind import Kind, LookBack, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading

MOST_COMMITS, MOST_BYTES = 200, 1024 * 1024
LONGEST = 300
BETWEEN = "\x1f"
#: the repository's own settings start no programs, and nothing is fetched or written
SETTINGS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "log.showSignature=false", "core.pager=cat")
QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1",
}  # fmt: skip


class GitOptions(Options):
    """`since` is the look-back, `branch` whose commits are meant, HEAD's if it is ""."""

    since: LookBack = timedelta(hours=24)
    branch: str = Field(default="", pattern=r"^(?:[A-Za-z0-9_][A-Za-z0-9_./-]{0,199})?$")


@dataclass(frozen=True)
class Commit:
    at: datetime
    what: str


class Git:
    """`git` is the absolute path of that program."""

    def __init__(self, git: str) -> None:
        self._git = git

    async def read(self, spot: Spot, options: GitOptions, reach: Reach) -> Reading:
        folder, now = str(place(spot)), reach.now()
        settings = [word for each in (*SETTINGS, f"safe.directory={folder}") for word in ("-c", each)]
        form = f"--format=%ct{BETWEEN}%h{BETWEEN}%an{BETWEEN}%s"
        asked = ("log", f"--max-count={MOST_COMMITS}", "--no-show-signature", form, "--end-of-options")
        argv = [self._git, "-C", folder, *settings, *asked, options.branch or "HEAD", "--"]
        commits = _commits(folder, await run(argv, environment={**ENVIRONMENT, **QUIET}, most=MOST_BYTES))
        return _told(folder, commits, now, options.since)


def _commits(folder: str, ended: Ended) -> list[Commit]:
    if ended.status:
        raise _trouble(folder, ended)
    return [_commit(line) for line in ended.output.splitlines() if line.count(BETWEEN) >= 3]


def _commit(line: str) -> Commit:
    at, name, who, what = line.split(BETWEEN, 3)
    moment = datetime.fromtimestamp(int(at), UTC)
    return Commit(moment, f"{moment:%Y-%m-%dT%H:%M:%SZ} {name} {who}: {what}"[:LONGEST])


def _trouble(folder: str, ended: Ended) -> Unseen:
    said = " ".join(ended.output.split())[:200]
    for words, fault, told in (
        ("No such file", Fault.MISSING, "is not there"),
        ("cannot change to", Fault.DENIED, "may not be entered by Muster"),
        ("not a git repository", Fault.UNEXPECTED, "is no repository of git"),
        ("unknown revision", Fault.MISSING, "has no such branch, or no commit"),
        ("bad revision", Fault.MISSING, "has no such branch, or no commit"),
    ):
        if words in said:
            return Unseen(fault, f"{folder} {told}")
    return Unseen(Fault.BROKEN, f"git cannot read {folder}: {said}")


def _told(folder: str, commits: list[Commit], now: datetime, since: timedelta) -> Reading:
    young = [commit for commit in commits if commit.at > now - since]
    values = {"commits": float(len(young))}
    if commits:
        latest = max(commit.at for commit in commits)
        values["minutes_since"] = max(0.0, (now - latest).total_seconds() / 60)
    count = f"{len(young)} commit{'' if len(young) == 1 else 's'}"
    said = f"{folder}: {count} in {since.total_seconds() / 3600:g} h"
    return Reading(Fault.NONE, said, values, "\n".join(commit.what for commit in young))


def kind(git: str) -> Kind:
    return Kind("git", GitOptions, Git(git).read, values=("commits", "minutes_since"))


KIND = kind(program("git"))
