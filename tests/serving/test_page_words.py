"""The page in the browser says why an answer is uncertain in the words of the window, by the same rule."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.doubt import CLOSE, WHY, words_of_whole
from desktop_app.core.types import Cause

PAGE = Path(__file__).parents[2] / "desktop_app" / "serving" / "page" / "page.js"
NODE = shutil.which("node")


def test_the_page_has_no_words_of_doubt_of_its_own() -> None:
    source = PAGE.read_text(encoding="utf-8")
    assert {"short", "noise", "unfamiliar", "between", "between_two", "several_heard"} < set(WHY)
    assert [words for words in WHY.values() if words in source] == []


def utterance(label: str, seconds: float, *, uncertain: bool = False) -> dict[str, Any]:
    return {"label": label, "start_s": 1.0, "end_s": 1.0 + seconds, "uncertain": uncertain}


CASES: list[tuple[Cause, list[float], list[dict[str, Any]]]] = [
    *((cause, [0.5, 0.3, 0.2], []) for cause in Cause),
    (Cause.BETWEEN, [0.3, 0.4, 0.1, 0.2], []),
    (Cause.BETWEEN, [0.3, 0.2, 0.25, 0.25], []),
    (Cause.BETWEEN, [0.6, 0.4], []),
    (Cause.BETWEEN, [1.0], []),
    (Cause.BETWEEN, [0.5, 0.3, 0.2], [utterance("happy", 2.0), utterance("sad", 2.0)]),
    (Cause.BETWEEN, [0.5, 0.3, 0.2], [utterance("happy", 2.0), utterance("happy", 2.0)]),
    (Cause.BETWEEN, [0.4, 0.4, 0.2], [utterance("happy", 1.0), utterance("sad", 5.0, uncertain=True)]),
    (
        Cause.BETWEEN,
        [0.4, 0.4, 0.2],
        [utterance("happy", 1.0), utterance("sad", 1.0), utterance("sad", 3.0, uncertain=True)],
    ),
]


@pytest.mark.skipif(NODE is None, reason="no Node.js, which runs the page's own rule")
def test_the_page_finds_the_words_that_the_window_finds() -> None:
    source = PAGE.read_text(encoding="utf-8")
    rules = [
        re.search(rf"^function {name}\(.*?^}}", source, flags=re.MULTILINE | re.DOTALL)
        for name in ("why", "severalHeard")
    ]
    results = [
        [{"uncertain_because": str(cause), "probabilities": dict(enumerate(shares))}, utterances]
        for cause, shares, utterances in CASES
    ]
    program = "\n".join(
        [
            f"const model = {json.dumps({'doubt': {'why': dict(WHY), 'close': CLOSE}})};",
            *(rule.group() for rule in rules if rule is not None),
            f"console.log(JSON.stringify({json.dumps(results)}.map((one) => why(...one))));",
        ]
    )
    assert NODE is not None
    done = subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True, timeout=60)
    expected = [
        words_of_whole(
            cause,
            shares,
            [("" if one["uncertain"] else one["label"], one["end_s"] - one["start_s"]) for one in utterances],
        ).why
        for cause, shares, utterances in CASES
    ]
    assert json.loads(done.stdout) == expected
    assert len(set(expected)) == 7
