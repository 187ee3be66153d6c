"""The sentences of the codes of warnings, for a window that is not in English (`told`).

Each code has those that may be told; the first one whose values are all known counts, and the last one has
none. What stands behind a slash is the value of the field `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop_app.core.language import mark

WARNINGS: Final[Mapping[str, tuple[str, ...]]] = {
    # Warnings about sound
    "beyond_full_scale": (
        mark(
            "The sound exceeds full scale: {percent} % of the samples do, up to {peak_dbfs} dBFS. It "
            "is scaled down to be judged; what was clipped before stays so."
        ),
        mark(
            "Samples reach {peak_dbfs} dB above full scale: they were scaled wrongly or are damaged, "
            "so emotions are doubtful."
        ),
        mark("Samples exceed full scale, so emotions are doubtful."),
    ),
    "clipped": (
        mark(
            "The sound is clipped: {percent} % of the samples are at full scale, so emotions are "
            "doubtful. Turn the level down."
        ),
        mark("The sound is clipped, so emotions are doubtful. Turn the level down."),
    ),
    "damaged": (
        mark(
            "Sound is missing in the recording: {missing_s} s. Silence stands there, so times after "
            "it are right."
        ),
        mark(
            "The recording is damaged: from {at} on, about {about_s} s of sound may be missing, so "
            "times after it may be wrong."
        ),
        mark(
            "The recording is damaged: from {at} on not all can be decoded, and times after it may be wrong."
        ),
        mark("The recording is damaged: a part of it is missing."),
    ),
    "damaged_header": (
        mark(
            "The header of the recording is damaged. The sound was found all the same; other "
            "programs may not find it. Save it anew."
        ),
    ),
    "dc_offset": (
        mark("The sound has a constant offset (DC) of {offset} of full scale, so emotions are doubtful."),
        mark("The sound has a constant offset (DC), so emotions are doubtful."),
    ),
    "different_voices": (
        mark("There are different voices on the channels {voices}. One of them can be chosen under Channel."),
        mark("There are different voices on the channels. One of them can be chosen under Channel."),
    ),
    "hum": (
        mark(
            "The background is mostly mains hum ({mains_hz} Hz and its multiples), so emotions are "
            "doubtful. Another cable or socket may help."
        ),
        mark("The background is mostly mains hum, so emotions are doubtful."),
    ),
    "incomplete": (
        mark(
            "The recording is not complete: it should last {promised_s} s, and {found_s} s of it are there."
        ),
        mark("The recording is not complete: it breaks off after {found_s} s."),
        mark("The recording is not complete."),
    ),
    "longer": (
        mark("The header tells {promised_s} s, and {found_s} s of sound are there; all of it was read."),
        mark("More sound is there than the header tells; all of it was read."),
    ),
    "loudest_channel": (
        mark(
            "Of {channels} channels one stands out most: channel {heard} is heard. Another one can "
            "be chosen under Channel."
        ),
        mark(
            "Of several channels the one that stands out most is heard. Another one can be chosen "
            "under Channel."
        ),
    ),
    "low_sample_rate": (
        mark(
            "The sound has {sample_rate} Hz and the model was trained at {model_rate} Hz: the "
            "highest frequencies are missing."
        ),
        mark("The sample rate is below the model's: the highest frequencies are missing."),
    ),
    "no_speech/silent": (mark("No speech was found: every sample is zero."),),
    "no_speech/not_speech": (
        mark("No speech was found: what rises from the background does not sound like speech."),
    ),
    "no_speech/short": (
        mark("No speech was found: what rises from the background is too short, or breaks up."),
    ),
    "no_speech/faint": (mark("No speech was found: hardly anything rises from the background."),),
    "no_speech/steady": (mark("No speech was found: there is nothing but a steady sound."),),
    "no_speech": (mark("No speech was found."),),
    "noisy_channel": (
        mark(
            "One channel is far noisier than the other: channel {heard} is heard. Another one can be "
            "chosen under Channel."
        ),
        mark("One channel is far noisier than the other. Another one can be chosen under Channel."),
    ),
    "not_a_voice": (
        mark("{stretches} stretches of sound ({seconds} s) were not a voice, and have no emotion."),
        mark("Some sounds were not a voice, and have no emotion."),
    ),
    "not_numbers": (
        mark("Samples that are not numbers: {samples}, first at {at}. Zeros stand in their place."),
        mark("Some samples are not numbers. Zeros stand in their place."),
    ),
    "opposite_polarity": (
        mark(
            "Channels have opposite polarity and cancel each other in a mix: channel {heard} is "
            "heard. Another one can be chosen under Channel."
        ),
        mark(
            "Channels have opposite polarity and cancel each other in a mix. Another one can be "
            "chosen under Channel."
        ),
    ),
    "silent_channel": (
        mark(
            "Nothing is on the channels {silent} of {channels}; the others are heard. Another one "
            "can be chosen under Channel."
        ),
        mark("Nothing is on some channels; the others are heard. Another one can be chosen under Channel."),
    ),
    "soft_speech": (
        mark(
            "Sound like speech, {below_voice_db} dB softer than the voice, was not judged: {seconds} "
            "s from {start} on. To have it judged, raise that part of the recording."
        ),
        mark(
            "Sound like speech, {below_voice_db} dB softer than the voice, was not judged: {seconds} "
            "s. Whoever spoke must come closer to the microphone."
        ),
        mark("Sound like speech, much softer than the voice, was not judged."),
    ),
    "too_short": (
        mark(
            "The recording is too short to be judged: it lasts {duration_s} s, and it takes at least "
            "{least_s} s of speech."
        ),
        mark("The recording is too short to be judged."),
    ),
    "unread": (
        mark(
            "Another recording is joined to this one in the same file and was not read. Analyze them "
            "one by one."
        ),
    ),
    "very_quiet": (
        mark(
            "The sound is very quiet: peak {peak_dbfs} dBFS. Turn the level up, or come closer to "
            "the microphone."
        ),
        mark("The sound is very quiet. Turn the level up, or come closer to the microphone."),
    ),
    # Corrections
    "corrections": (mark("The corrections cannot be read or kept."),),
    "corrections.damaged": (mark("The file of corrections is damaged."),),
    "corrections.elsewhere": (
        mark("The corrections cannot be kept beside the recording, so they are in your folder of data."),
    ),
    "corrections.newer": (
        mark(
            "The corrections are of a newer version of Emoscope, and are not used. Update the "
            "program to read them."
        ),
    ),
    "corrections.other_sound": (mark("The corrections were made for other sound, and are not used."),),
    "corrections.unreadable": (mark("The corrections cannot be read, and are not used."),),
}
