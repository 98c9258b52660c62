"""The files of a policy, and of those it builds on, as they stand on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import yaml

from bot.policy.errors import PolicyError
from bot.policy.nodes import NULL, child, composed

BUNDLED = Path(__file__).parent / "policies"
#: a policy may extend one that extends another; more is a mistake that nobody could read any more
DEEPEST = 4
#: .yaml is read to be told of: every part is a .yml
PATTERNS = ("*.yml", "*.yaml", "templates/*.j2")


@dataclass(frozen=True)
class Layer:
    """One folder: its name and every file's text by its path inside the folder."""

    name: str
    files: Mapping[str, str]


def bundled() -> tuple[str, ...]:
    """Names of the policies that come with Muster."""
    return tuple(sorted(p.name for p in BUNDLED.iterdir() if p.is_dir()))


def folder_of(name_or_dir: str | Path, beside: Path | None = None) -> Path:
    """The folder of a bundled policy, or one by its path (relative to `beside`). PolicyError when there is none."""
    folder = BUNDLED / name_or_dir if str(name_or_dir) in bundled() else (beside or Path()) / name_or_dir
    if not _there(folder):
        right = f"a folder, or one that comes with Muster: {', '.join(bundled())}"
        raise PolicyError(str(name_or_dir), [f"there is no such policy. Right would be {right}."])
    return folder


def _there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # a name too long for any folder, or one that may not be looked into
        return False


@dataclass(frozen=True)
class Found:
    """
    What is there of a policy, its own layer last, before it those it builds on, the deepest first.

    `unread` are the files that are there and cannot be read, as problems call them; `whole`: nothing it builds on is
    missing.
    """

    layers: tuple[Layer, ...]
    unread: frozenset[str]
    problems: tuple[str, ...]
    whole: bool = True

    def upon(self, base: Found) -> Found:
        unread, problems = base.unread | self.unread, self.problems + base.problems
        return Found(base.layers + self.layers, unread, problems, base.whole and self.whole)


def layers(name_or_dir: str | Path) -> tuple[Layer, ...]:
    """The policy's layer last, before it those it builds on, the deepest first. PolicyError for what cannot be read."""
    policy = found(name_or_dir)
    if policy.problems:
        raise PolicyError(policy.layers[-1].name, policy.problems)
    return policy.layers


def found(name_or_dir: str | Path) -> Found:
    """As much of the policy as can be read, and what cannot. PolicyError only when there is no such folder."""
    return _found(folder_of(name_or_dir), ())


def _found(folder: Path, above: tuple[Path, ...]) -> Found:
    """`above` are the folders that lead to this one."""
    called = f"{folder.resolve().name}/" if above else ""
    layer, unread = read(folder)
    problems = (
        f"{called}{file}: it cannot be read ({why}). Right is a readable file in UTF-8." for file, why in unread.items()
    )
    this = Found((layer,), frozenset(called + file for file in unread), tuple(problems))
    try:
        wanted = extended(layer, f"{called}policy.yml")
        if wanted is None:
            return replace(this, whole="policy.yml" not in unread)
        return this.upon(_found(*_base(wanted, folder, above)))
    except PolicyError as wrong:
        return replace(this, problems=this.problems + wrong.problems, whole=False)


def _base(wanted: Wanted, folder: Path, above: tuple[Path, ...]) -> tuple[Path, tuple[Path, ...]]:
    """The folder that is wanted, and those that lead to it. PolicyError when it cannot be had."""
    try:
        base, way = folder_of(wanted.name, folder), (*above, folder.resolve())
    except PolicyError as missing:
        raise PolicyError(wanted.name, [f"{wanted.place}: {missing.problems[0]}"]) from missing
    chain = " → ".join(path.name for path in (*way, base.resolve()))
    if base.resolve() in way:
        right = "a policy that does not build on this one"
        raise PolicyError(wanted.name, [f"{wanted.place}: it extends itself ({chain}). Right is {right}."])
    if len(way) == DEEPEST:
        right = f"at most {DEEPEST - 1} of them"
        raise PolicyError(wanted.name, [f"{wanted.place}: it builds on too many others ({chain}). Right is {right}."])
    return base, way


def read(folder: Path) -> tuple[Layer, dict[str, str]]:
    """The folder's files, and by name why others cannot be read."""
    texts, unread = {}, {}
    for path in sorted(path for pattern in PATTERNS for path in folder.glob(pattern)):
        file = path.relative_to(folder).as_posix()
        if path.name.startswith("."):
            continue
        try:
            texts[file] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            unread[file] = str(wrong)
    return Layer(folder.resolve().name, texts), unread


class Wanted(NamedTuple):
    """The policy that another extends, and where it says so."""

    name: str
    place: str


def extended(layer: Layer, file: str) -> Wanted | None:
    """What its policy.yml extends. PolicyError when that cannot be told; `file` is what problems call it."""
    node, problems = composed(file, layer.files.get("policy.yml", ""))
    if problems:
        raise PolicyError(layer.name, problems)
    said = child(node, "extends")
    if said is None or said.tag == NULL:
        return None
    place = f"{file}, line {said.start_mark.line + 1}"
    if not isinstance(said, yaml.ScalarNode):
        right = "the name of one policy, or its folder"
        raise PolicyError(layer.name, [f"{place}: extends is wrong: right would be {right}."])
    return Wanted(said.value, place)


def digest(layers: Iterable[Layer]) -> str:
    """The sha256 of all files, in hex."""
    whole = hashlib.sha256()
    for layer in layers:
        for file, text in sorted(layer.files.items()):
            for piece in (file.encode(), text.encode()):
                whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()
