"""Which tests go to which worker, and in what order: files as a whole, and the longest first.

The tests of one file stay on one worker, since they share what its fixtures made. With the longest first no
worker is left with a long one at the end, while the others have nothing to do.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadFileScheduling

SECONDS = {
    "test_train_command.py": 100,
    "test_family_networks.py": 60,
    "test_features.py": 50,
    "test_translated_window.py": 30,
    "test_quantize.py": 30,
    "test_league.py": 30,
    "test_lab_page.py": 25,
    "test_lab_features.py": 20,
    "test_evaluation_recipe.py": 20,
    "test_label_choice.py": 20,
    "test_analyze_many.py": 20,
    "test_live_end.py": 20,
    "test_live.py": 20,
    "test_window_process.py": 15,
    "test_window.py": 15,
    "test_nothing_is_lost.py": 15,
    "test_opened_recordings.py": 15,
    "test_evaluation_files.py": 15,
    "test_fine_tuning.py": 15,
    "test_export.py": 15,
    "test_unproven_models.py": 15,
    "test_analyze.py": 15,
    "test_contributions.py": 10,
    "test_bench.py": 10,
    "test_running_window.py": 10,
    "test_quantize_half.py": 10,
    "test_channel_control.py": 10,
    "test_live_plots.py": 10,
    "test_live_view.py": 10,
    "test_models_that_hang.py": 10,
    "test_profile.py": 10,
    "test_random_use.py": 10,
    "test_session_kills.py": 10,
    "test_source_torch.py": 10,
    "test_gaps.py": 10,
    "test_workbench.py": 10,
    "test_workbench_files.py": 10,
}
"""What a file takes on an idle machine, where it is more than five seconds; only the order matters."""

WITH_LIBROSA = (
    *("test_features.py", "test_architecture.py", "test_spectrogram.py", "test_pitch.py"),
    *("test_lab_features.py", "test_lab_page.py"),
)
"""They follow one another on one worker: in a fresh checkout numba takes half a minute to compile librosa."""


def file_of(nodeid: str) -> str:
    return PurePosixPath(nodeid.split("::", 1)[0]).name


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by their files, which keep the order of the tests within them."""
    items.sort(key=lambda item: -SECONDS.get(file_of(item.nodeid), 0))


class ByFile(LoadFileScheduling):
    """As `--dist loadfile`, in the order of collection, with the files that need librosa as one."""

    def _split_scope(self, nodeid: str) -> str:
        if file_of(nodeid) in WITH_LIBROSA:
            return "librosa"
        scope: str = super()._split_scope(nodeid)
        return scope
