"""Options that several commands of the analyzer share. Imports nothing heavy."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from desktop_app.audio.backends import BACKENDS
from desktop_app.command_line.arguments import a_channel, a_label_list, a_name, at_least_one, seconds
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.detector_choice import AUTO_DETECTOR, DETECTORS

Options: TypeAlias = argparse.ArgumentParser | argparse._ArgumentGroup


def add_voice(parser: Options) -> None:
    """By which voice is judged, and whether it is learnt."""
    parser.add_argument(
        "--profile", metavar="PROFILE", type=a_name,
        help="begin with this person's voice; made with 'emoscope profile build'",
    )  # fmt: skip
    add_adapt(parser)


def add_adapt(parser: Options) -> None:
    parser.add_argument(
        "--adapt", choices=("on", "off"), default="on",
        help="learn the voice while somebody speaks, and judge by what was heard of it before (default: on)",
    )  # fmt: skip


def add_words(parser: Options) -> None:
    """Whether what is said is written down, and by which model."""
    parser.add_argument(
        "--words", action="store_true",
        help="also write down what is said, with Whisper (the extra 'words'); it never changes an answer",
    )  # fmt: skip
    parser.add_argument(
        "--words-model", metavar="FOLDER", type=a_name,
        help="the Whisper model for --words, as CTranslate2 has it (default: $EMOSCOPE_WHISPER, or what is "
        "installed)",
    )  # fmt: skip


def add_text_model(parser: Options) -> None:
    """What reads the written words for their emotion."""
    parser.add_argument(
        "--text-model", metavar="FILE", type=a_name,
        help="also tell the emotion by the words that --words writes down, with this text model, made with "
        "'emoscope-export hf' or 'emoscope-models train'; it never changes the voice's answer",
    )  # fmt: skip


def add_source(parser: Options) -> None:
    """What is listened to, with which model, and for how long."""
    parser.add_argument(
        "--source", metavar="mic|FILE|demo", default="mic", type=a_name,
        help="what to listen to: a microphone (default), a recording at the pace of a microphone, or the "
        "built-in demo recording",
    )  # fmt: skip
    add_device(parser, "microphone, or a part of its name; see 'emoscope devices' (default: the system's)")
    add_backend(parser)
    add_channel(parser)
    add_detector(parser)
    add_model(parser)
    add_labels(parser)
    parser.add_argument("--seconds", metavar="N", type=seconds, help="end after this many seconds")


def add_channel(parser: Options, *, each: bool = False) -> None:
    """Which channel is heard; `each` where each may be heard by itself."""

    def choice(text: str) -> ChannelChoice:
        chosen = a_channel(text)
        if chosen.hear is Hear.EACH and not each:
            raise argparse.ArgumentTypeError("'each' is for emoscope analyze")
        return chosen

    parser.add_argument(
        "--channel", metavar="auto|mix|left|right|N" + ("|each" if each else ""), type=choice, default=AUTO,
        help="what is heard of several channels (default: auto, the mix where that is safe, else the better "
        "channel)" + ("; each: every channel by itself" if each else ""),
    )  # fmt: skip


def add_glob(parser: Options) -> None:
    parser.add_argument(
        "--glob", metavar="PATTERN", type=a_name,
        help="which files of a folder, such as '*.wav' (default: those that end as recordings do)",
    )  # fmt: skip


def add_strict(parser: Options) -> None:
    parser.add_argument(
        "--strict", action="store_true",
        help="count a recording of which sound is missing or damaged as failed, in place of a warning",
    )  # fmt: skip


def add_detector(parser: Options) -> None:
    parser.add_argument(
        "--detector", choices=DETECTORS, default=AUTO_DETECTOR,
        help="how speech is found (default: auto: energy+silero, which also tells it from other sounds, if "
        "the extra 'silero' is installed, else energy)",
    )  # fmt: skip


def add_sessions_folder(parser: Options) -> None:
    parser.add_argument(
        "--sessions", metavar="DIR", type=a_name,
        help="folder that sessions are kept in (default: $EMOSCOPE_SESSIONS, or among your own data)",
    )  # fmt: skip


def add_no_session(parser: Options) -> None:
    """For the window, which remembers what else was chosen."""
    parser.add_argument(
        "--no-session", action="store_false", default=None, dest="session",
        help="keep no session this time; see 'emoscope sessions'",
    )  # fmt: skip
    add_sessions_folder(parser)


def add_session(parser: Options) -> None:
    """Whether the session is kept, and where."""
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--session", action="store_true", default=None, dest="session",
        help="keep this session: when, which emotions, outages, settings, words if there are --words; no "
        "sound (default: of a microphone if somebody speaks, not of a recording or the demo); see "
        "'emoscope sessions'",
    )  # fmt: skip
    kept.add_argument(
        "--no-session", action="store_false", default=None, dest="session", help="keep nothing of it"
    )
    parser.add_argument(
        "--keep-sound", action="store_true",
        help="keep the sound of the session, too, as a FLAC file beside it (default: no sound is kept)",
    )  # fmt: skip
    parser.add_argument(
        "--sound-limit", metavar="MB", type=at_least_one, default=None,
        help="where that file ends (default: 4295, many hours)",
    )  # fmt: skip
    add_sessions_folder(parser)


def add_device(parser: Options, text: str) -> None:
    parser.add_argument("--device", metavar="NAME", type=a_name, help=text)


def add_backend(parser: Options) -> None:
    parser.add_argument(
        "--backend", choices=BACKENDS,
        help=f"library that opens the microphone (default: {BACKENDS[0]})",
    )  # fmt: skip


def add_model_file(parser: Options) -> None:
    parser.add_argument(
        "--model", metavar="FILE", type=a_name,
        help="model file made with emoscope-export (default: the one that is shipped)",
    )  # fmt: skip
    parser.add_argument(
        "--try-again", action="store_true",
        help="try a model once more that hung, crashed or took too much memory last time",
    )  # fmt: skip


def add_model(parser: Options) -> None:
    add_model_file(parser)
    parser.add_argument(
        "--provider", choices=("auto", "cuda", "cpu"), default="auto",
        help="where the model runs (default: auto, the graphics card if it works)",
    )  # fmt: skip


def add_labels(parser: Options) -> None:
    """Which of the model's labels may be answers."""
    parser.add_argument(
        "--labels", metavar="LABEL,LABEL...", type=a_label_list,
        help="answer with nothing but these of the model's emotions, such as neutral,happy,sad,angry "
        "(default: all of them)",
    )  # fmt: skip
