"""The keys of the cache and the commands upon them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

import psutil

#: of Redis, whose commands these are
VERSION = "7.0.0"
MOST_KEYS, MOST_CLIENTS = 10_000, 100
MEMORY_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Mistake:
    """A refusal: a code and words."""

    text: str


@dataclass(frozen=True)
class Word:
    """A word that says how it went."""

    text: str


Reply = None | int | str | Word | Mistake | Mapping[str, int | str]
OK = Word("OK")


class Keyspace:
    """At most so many; the oldest makes room."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, float]] = {}
        self._since, self._process = monotonic(), psutil.Process()
        self._done = self._hits = self._misses = self._evicted = 0
        self._commands: dict[str, Callable[[list[str]], Reply]] = {
            "PING": lambda words: words[0] if words else Word("PONG"),
            "ECHO": lambda words: words[0],
            "HELLO": self._hello,
            "CLIENT": lambda words: OK,
            "SELECT": lambda words: OK if words == ["0"] else Mistake("ERR DB index is out of range"),
            "GET": self._get,
            "SET": self._set,
            "DEL": lambda words: sum(self._values.pop(key, None) is not None for key in words),
            "EXISTS": lambda words: sum(self._live(key) is not None for key in words),
            "INCR": lambda words: self._add(words[0], 1),
            "INCRBY": lambda words: self._add(words[0], int(words[1])),
            "DBSIZE": lambda words: len(self._values),
        }

    def answer(self, words: list[str], clients: int) -> Reply:
        """`clients` is how many are connected."""
        name, rest = words[0].upper(), words[1:]
        self._done += 1
        if name == "INFO":
            return self._info(clients)
        if name not in self._commands:
            return Mistake(f"ERR unknown command '{words[0]}'")
        try:
            return self._commands[name](rest)
        except IndexError:
            return Mistake(f"ERR wrong number of arguments for '{words[0].lower()}' command")
        except ValueError:
            return Mistake("ERR value is not an integer or out of range")

    def _hello(self, words: list[str]) -> Reply:
        if words and words[0] not in ("2", "3"):
            return Mistake("NOPROTO unsupported protocol version")
        version = int(words[0]) if words else 2
        return {"server": "shop-cache", "version": VERSION, "proto": version, "mode": "standalone", "role": "master"}

    def _live(self, key: str) -> str | None:
        value, until = self._values.get(key, (None, 0.0))
        if value is not None and until < monotonic():
            del self._values[key]
            return None
        return value

    def _get(self, words: list[str]) -> Reply:
        value = self._live(words[0])
        self._hits, self._misses = self._hits + (value is not None), self._misses + (value is None)
        return value

    def _set(self, words: list[str]) -> Reply:
        key, value, *more = words
        until = float("inf")
        if more:
            until = monotonic() + int(more[1]) * {"EX": 1.0, "PX": 0.001}[more[0].upper()]
        if len(self._values) >= MOST_KEYS and key not in self._values:
            self._values.pop(next(iter(self._values)))
            self._evicted += 1
        self._values[key] = (value, until)
        return OK

    def _add(self, key: str, more: int) -> int:
        value = int(self._live(key) or 0) + more
        self._values[key] = (str(value), self._values.get(key, ("", float("inf")))[1])
        return value

    def _info(self, clients: int) -> str:
        told = {
            "redis_version": VERSION, "server_name": "shop-cache", "redis_mode": "standalone", "role": "master",
            "uptime_in_seconds": int(monotonic() - self._since), "connected_clients": clients,
            "maxclients": MOST_CLIENTS, "used_memory": self._process.memory_info().rss, "maxmemory": MEMORY_LIMIT,
            "total_commands_processed": self._done, "keyspace_hits": self._hits, "keyspace_misses": self._misses,
            "evicted_keys": self._evicted, "db0": f"keys={len(self._values)},expires=0",
        }  # fmt: skip
        return "".join(f"{name}:{value}\r\n" for name, value in told.items())
