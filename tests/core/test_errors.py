"""Sentences put together for a person."""

from __future__ import annotations

from desktop_app.core.errors import EmoscopeError, one_line, sentences


def test_a_hint_that_ends_in_a_command_gets_a_full_stop_only_before_more_words() -> None:
    command = "On Debian or Ubuntu: sudo apt-get install libportaudio2"
    failure = EmoscopeError("PortAudio is not installed", command)
    assert str(failure) == f"PortAudio is not installed. {command}"
    assert sentences(str(failure), "Waiting for one.") == (
        f"PortAudio is not installed. {command}. Waiting for one."
    )


def test_what_is_empty_leaves_no_trace() -> None:
    assert str(EmoscopeError("It is gone.")) == "It is gone."
    assert sentences("", "Is it there?", " ", "Look.") == "Is it there? Look."
    assert sentences() == ""


def test_nothing_in_a_name_breaks_the_line_or_moves_the_cursor() -> None:
    assert one_line("two\nlines\x1b[2J.wav") == r"two\nlines\x1b[2J.wav"
    assert one_line("Gespräch 1 – 日本.wav") == "Gespräch 1 – 日本.wav"
