"""English sentences without a code that the window retells in its language (`told.retold`).

They come from parts of the program that know no language: the places are what differs.
"""

from __future__ import annotations

from typing import Final

from desktop_app.core.language import mark

TEMPLATES: Final = (
    mark("The graphics card could not be used ({problem}), so the model runs on the CPU."),
    mark(
        "The graphics card cannot be used by the installed ONNX Runtime, so the model runs on "
        "the CPU; the extra 'gpu' brings one that can."
    ),
    mark("The graphics card failed ({problem}), so the model runs on the CPU now."),
    mark("{device} went away. Capture goes on by itself as soon as it is back."),
    mark(
        "{device} is open and delivers no audio. Waiting for it; check its cable or the sound "
        "server if this stays."
    ),
    mark(
        "The microphone delivers nothing but zeros: unmute it, or allow this program to use it "
        "in the system's privacy settings."
    ),
    mark("A voice needs a name."),
    mark("A name has at most {count} letters."),
    mark("A name is made of letters, digits, blanks and hyphens."),
    mark("reading clips"),
    mark("standardising"),
    mark("features of {condition} clips"),
    mark("embedding {what}"),
)
