from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator import manifest

OURS = Path(__file__).parents[2] / "manifest.yml"


def test_our_own_manifest_is_read() -> None:
    ours = manifest.load(OURS)
    command = ours.command("/incident")
    assert command is not None
    assert command.should_escape
    assert (ours.bot_name, ours.socket_mode, ours.interactive) == ("muster", True, True)
    assert "chat:write" in ours.scopes


def test_an_empty_manifest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text("")
    with pytest.raises(ValueError, match="the manifest is empty"):
        manifest.load(path)
