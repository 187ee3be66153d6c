"""docs/tour.ipynb runs from its first cell to its last, in a kernel as a reader starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tour.ipynb"


@pytest.mark.slow
def test_the_tour_runs_and_says_what_it_promises(tmp_path: Path) -> None:
    # Without corpora, so that it takes the same time everywhere.
    environment = {name: value for name, value in os.environ.items() if name != "EMOSCOPE_CORPORA"}
    environment |= {"JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(tmp_path / "ipython")}
    environment["PYTHONPATH"] = str(NOTEBOOK.parents[1])
    # In a process of its own: the client keeps threads and sockets.
    subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOK), str(tmp_path / "ran.ipynb")],
        env=environment,
        check=True,
        timeout=300,
    )
    cells = json.loads((tmp_path / "ran.ipynb").read_text(encoding="utf-8"))["cells"]
    told = "".join(
        "".join(output.get("text", []))
        for cell in cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout"
    )
    assert re.search(r"unseen speakers: +UAR \d+\.\d % \[\d+\.\d, \d+\.\d\], 8 speakers", told)
    assert re.search(r"\d\.\d MB, logits within", told)
    assert re.search(r"^\w+ -> \w+ \{", told, flags=re.MULTILINE)


RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def test_the_tour_is_kept_without_what_it_printed() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
