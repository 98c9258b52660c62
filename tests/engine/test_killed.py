import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("killed.py")


def test_killed_again_and_again_it_posts_everything_once_and_in_order(tmp_path):
    kills = 0
    for attempt in range(60):
        process = subprocess.Popen([sys.executable, PROGRAM, tmp_path], cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        try:
            process.wait(timeout=random.uniform(0.5, 1.1) if attempt < 12 else 60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            continue
        assert process.returncode == 0
        break
    posted = (tmp_path / "outside").read_text().split()
    assert kills >= 2
    assert sorted(posted) == [f"{n:03}" for n in range(40)]
    laned = [text for text in posted if int(text) % 2]
    assert laned == sorted(laned)
