from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.widgets


def test_the_demo_leaves_tables_crops_and_pictures_that_agree(tmp_path, check_demo):
    seewhy = Path(sys.executable).with_name("seewhy")
    done = subprocess.run(
        [str(seewhy), "demo", "--out", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    check_demo(tmp_path)
