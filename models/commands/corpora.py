"""`emoscope-models corpora`: what a folder of corpora holds."""

from __future__ import annotations

import argparse
from collections import Counter

from models.commands.common import EXIT_DONE, EXIT_FAILED, AddCommand, add_corpora_root, say


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    corpora = add("corpora", "list what a folder of corpora holds", "corpora --corpora ~/corpora")
    add_corpora_root(corpora)
    corpora.set_defaults(run=_corpora)


def _corpora(args: argparse.Namespace) -> int:
    from models.corpora.registry import corpora_root, find_corpora, load_corpus

    found = find_corpora(corpora_root(args.corpora))
    if not found:
        say("emoscope-models: no known corpus is in that folder.")
        return EXIT_FAILED
    for name, path in found.items():
        clips, _ = load_corpus(name, path, all_emotions=True)
        counts = Counter(clip.emotion for clip in clips)
        shown = ", ".join(f"{emotion} {count}" for emotion, count in sorted(counts.items()))
        print(f"{name}: {len(clips)} clips, {len({clip.speaker for clip in clips})} speakers ({shown})")
    return EXIT_DONE
