"""The documents speak of what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/benchmarks.md",
        "docs/recognition.md",
        "docs/codes.md",
        "docs/contribute-corpus.md",
        "docs/contribute-family.md",
        "docs/contribute-view.md",
        "docs/faq.md",
        "docs/install.md",
        "docs/use.md",
        "docs/lab.md",
        "docs/reliability.md",
        "docs/results.md",
        "docs/search.md",
        "docs/serve.md",
        "docs/sessions.md",
        "docs/window.md",
        "docs/words.md",
    ],
)
def test_links_lead_somewhere(document):
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    links += re.findall(r"(?:src|srcset)=\"([^\"]+)\"", text)
    missing = [link for link in links if not (path.parent / link).exists()]
    assert missing == []
