"""Arrays that are kept for later are whole or not there, and a full disk is told by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.data.array_files import write_array, write_arrays


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    write_array(tmp_path / "new" / "one.npy", numbers, "file of numbers")
    write_arrays(tmp_path / "new" / "two.npz", "file of numbers", first=numbers, second=numbers[:1])
    np.testing.assert_array_equal(np.load(tmp_path / "new" / "one.npy"), numbers)
    with np.load(tmp_path / "new" / "two.npz") as found:
        np.testing.assert_array_equal(found["second"], numbers[:1])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
@pytest.mark.parametrize("name", ["kept.npy", "kept.npz"])
def test_a_full_disk_is_told_and_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    kept = tmp_path / name
    kept.write_bytes(b"old")
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from desktop_app.core.safe_files import WriteError\n"
        "from models.data.array_files import write_array, write_arrays\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "kept, numbers = Path(sys.argv[1]), np.ones(5000)\n"
        "try:\n"
        "    if kept.suffix == '.npy': write_array(kept, numbers, 'file of numbers')\n"
        "    else: write_arrays(kept, 'file of numbers', numbers=numbers)\n"
        "except WriteError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, kept], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("The file of numbers")
    assert "cannot be written: file too large." in done.stdout
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
