"""The sentences of the codes of failures, for a window that is not in English (`told`).

As `told_warnings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop_app.core.language import mark

FAILURES: Final[Mapping[str, tuple[str, ...]]] = {
    # Calls
    "call": (mark("These choices do not go together."),),
    "call.backend": (mark("This sound library does not open microphones."),),
    "call.channel": (
        mark(
            "There are only {channels} channels, so channel {channel} cannot be heard. Choose one "
            "that is there under Channel."
        ),
        mark("There is no such channel. Choose one that is there under Channel."),
    ),
    "call.dimensions": (mark("The model gives dimensions, and emotions are needed here."),),
    "call.key": (mark("The service needs a longer key, or one at all."),),
    "call.labels": (mark("These emotions cannot be chosen with this model."),),
    "call.map": (mark("These labels cannot be counted so."),),
    "call.other_run": (mark("The earlier run was made with another model or other options."),),
    "call.out": (mark("A file cannot have this name."),),
    "call.output_is_input": (mark("This file is an input. Name another file for the output."),),
    "call.same_target": (mark("Two outputs cannot go to the same place."),),
    "call.unfinished_run": (mark("An earlier run did not come to its end."),),
    # Recordings and microphones
    "audio": (mark("The sound cannot be used."),),
    "audio.callback": (mark("The sound system delivered what cannot be used."),),
    "audio.channel": (
        mark(
            "There are only {channels} channels, so channel {channel} cannot be heard. Choose one "
            "that is there under Channel."
        ),
        mark("There is no such channel. Choose one that is there under Channel."),
    ),
    "audio.cut_off": (mark("The file breaks off before its sound begins. Copy or download it again."),),
    "audio.damaged": (mark("The recording is damaged."),),
    "audio.device": (mark("There is no microphone of this name, or there are several. Choose another one."),),
    "audio.empty": (mark("The file is empty or holds no sound."),),
    "audio.folder": (mark("This is a folder, or one that cannot be read."),),
    "audio.implausible": (
        mark(
            "The sample rate or the number of channels cannot be right: the header is damaged. "
            "Export the recording again."
        ),
    ),
    "audio.incomplete": (mark("The recording is not complete."),),
    "audio.memory": (mark("More memory is needed than there is."),),
    "audio.microphone": (
        mark("The microphone does not open. Is another program using it, or does the system deny access?"),
    ),
    "audio.needs_ffmpeg": (mark("This format needs FFmpeg, which this installation does not have."),),
    "audio.no_microphone": (mark("There is no microphone. Connect one, or open a recording."),),
    "audio.no_output": (
        mark("There is no sound output. Connect loudspeakers or headphones, and play again."),
    ),
    "audio.no_portaudio": (
        mark("No microphone can be used, because the PortAudio library is not installed."),
    ),
    "audio.no_pyaudio": (mark("PyAudio is not installed."),),
    "audio.no_recordings": (mark("There is no recording in this folder."),),
    "audio.no_room": (mark("The sound cannot be kept for playing. Free some space on the disk."),),
    "audio.no_sound": (mark("The file holds no sound that can be read."),),
    "audio.no_track": (mark("There is no such sound track."),),
    "audio.not_a_file": (mark("This is a device or a pipe, not a file."),),
    "audio.not_found": (mark("There is no file of this name."),),
    "audio.not_numbers": (mark("Samples are not numbers. Export the recording again."),),
    "audio.not_sound": (mark("This is no recording that can be read."),),
    "audio.output": (
        mark("The sound output does not open. Choose another one, or close the program that uses it."),
    ),
    "audio.output_lost": (
        mark(
            "The sound output is gone, so nothing is played any more. Connect it again, or play on "
            "through the default output."
        ),
    ),
    "audio.permission": (mark("The file may not be read: permission denied."),),
    "audio.read": (mark("The recording cannot be read any further."),),
    "audio.system": (
        mark(
            "The sound system does not answer. If it stays so, restart it, reconnect the microphone "
            "or restart Emoscope."
        ),
    ),
    "audio.too_long": (mark("The recording is longer than is allowed."),),
    "audio.too_short": (mark("The recording is too short to hold speech."),),
    "audio.unread": (mark("Another recording in the same file was not read."),),
    "audio.unreadable": (mark("The recording cannot be read or decoded."),),
    # Models
    "model": (mark("The model cannot be used."),),
    "model.answer": (
        mark(
            "The model is broken: its answer has another shape than its labels ask for. Choose "
            "another model, or export this one again."
        ),
    ),
    "model.cancelled": (mark("It was not tried to the end."),),
    "model.changed": (mark("The model was changed after its manifest was written. Export it again."),),
    "model.crashed": (mark("The model brought down the process that tried it."),),
    "model.empty": (mark("The model file is empty. Choose another one."),),
    "model.ending": (mark("The name of a model file ends in .onnx. Rename it."),),
    "model.failed_before": (mark("The model failed last time, so it is not loaded without asking."),),
    "model.folder": (mark("This is a folder, not a model file."),),
    "model.hangs": (mark("The model does not answer, so it is given up. Choose another one."),),
    "model.interface": (
        mark("The model does not have the inputs and outputs of the format. Export it again."),
    ),
    "model.lfs_pointer": (
        mark("This is a Git LFS pointer in place of the model. Fetch the file: git lfs pull"),
    ),
    "model.manifest": (mark("The manifest of the model breaks the format. Export the model again."),),
    "model.memory": (mark("The model takes too much memory."),),
    "model.not_finite": (mark("The answer of the model is not a number."),),
    "model.not_found": (mark("There is no model file of this name."),),
    "model.not_loadable": (mark("ONNX Runtime cannot load the model."),),
    "model.not_onnx": (mark("This is no ONNX file, or only a part of one."),),
    "model.not_regular": (mark("This is no regular file."),),
    "model.not_the_shipped": (
        mark("The shipped model was changed or not copied whole. Install the program again."),
    ),
    "model.not_text": (mark("This is a voice model: it cannot read what was said."),),
    "model.range": (mark("The model gives values beyond 0 to 1. Choose another one, or export it again."),),
    "model.restore": (mark("There is another file in its place by now."),),
    "model.run": (mark("The model failed while it ran."),),
    "model.self_test": (mark("The model fails its own test. Export it again."),),
    "model.shape": (mark("An output of the model has another shape than the format says. Export it again."),),
    "model.shipped": (mark("This model came with the program and is not deleted."),),
    "model.speed": (mark("The speed of the model could not be measured."),),
    "model.text": (mark("This is a text model: it reads what was said and hears nothing."),),
    "model.tokenizer": (mark("The tokenizer of the text model cannot be read."),),
    "model.too_large": (mark("The model file is too large: at most 2 GB can be loaded."),),
    "model.unreadable": (mark("The model file, or its folder, cannot be read."),),
    "model.unwritable": (mark("The folder of models cannot be written to."),),
    "model.web_page": (mark("This is a web page in place of the model. Download the file itself."),),
    "profile": (mark("The voice profile cannot be used."),),
    "profile.folder": (mark("This is a folder, not a voice profile."),),
    "profile.lfs_pointer": (
        mark("This is a Git LFS pointer in place of the voice profile. Fetch the file: git lfs pull"),
    ),
    "profile.name": (mark("A voice cannot have this name, or another one has it. Choose another name."),),
    "profile.not_found": (mark("The voice profile is not there any more."),),
    "profile.not_regular": (mark("This is no regular file."),),
    "profile.too_large": (mark("The file is too large to be a voice profile."),),
    "profile.unreadable": (mark("The voice profile, or the folder of voices, cannot be read."),),
    "profile.unwritable": (mark("The voice cannot be renamed or deleted."),),
    "profile.web_page": (
        mark("This is a web page in place of the voice profile. Download the file itself."),
    ),
    # Sessions
    "sessions": (mark("The sessions cannot be kept or read."),),
    "sessions.busy": (mark("Another program holds the sessions for too long. Try again once it is done."),),
    "sessions.damaged": (mark("The database of sessions is damaged."),),
    "sessions.disk": (
        mark(
            "The disk failed while sessions were read or written. Look whether it is still there, "
            "and whether it has room."
        ),
    ),
    "sessions.disk_full": (
        mark(
            "There is no room on the disk for the sessions. Make room on it: what is heard is kept "
            "in memory until then."
        ),
    ),
    "sessions.foreign": (mark("What lies there is no database of sessions. Move it away."),),
    "sessions.gone": (mark("The session or the database was moved or deleted while it was in use."),),
    "sessions.in_use": (mark("The session is being written. End it first."),),
    "sessions.left_out": (
        mark("Events of this session could not be kept: {events}."),
        mark("The end of this session could not be kept: the disk takes too long."),
    ),
    "sessions.memory": (mark("There is not enough memory for the sessions."),),
    "sessions.newer": (
        mark("The sessions were written by a newer version of Emoscope. Update the program."),
    ),
    "sessions.no_folder": (mark("The folder of sessions does not exist."),),
    "sessions.none": (mark("There are no sessions in this folder."),),
    "sessions.not_found": (mark("There is no such session."),),
    "sessions.not_writable": (mark("The folder for sessions cannot be written to."),),
    "sessions.sound": (
        mark("The sound of the session cannot be deleted. The session stays until it can be."),
    ),
    # The lab
    "lab": (mark("The lab cannot do this."),),
    "lab.cancelled": (mark("The computation was not wanted any more."),),
    "lab.ended": (
        mark(
            "The computation has broken off. Try it again, or choose a shorter stretch; the log has the "
            "cause."
        ),
    ),
    "lab.librosa": (mark("The lab needs librosa, which is not installed."),),
    "lab.memory": (mark("The computation took too much memory, so it was ended. Choose a shorter stretch."),),
    "lab.no_labels": (
        mark(
            "This model does not answer with emotions, so that none can be less likely without a "
            "part. Choose another model."
        ),
    ),
    "lab.parquet": (mark("Parquet files need pyarrow, which is not installed. Save as CSV, or install it."),),
    "lab.slow": (
        mark(
            "The computation did not end in time, so it was given up. Try it again, or choose a "
            "shorter stretch."
        ),
    ),
    "lab.too_short": (mark("This stretch is too short. Choose a longer one."),),
    # Words
    "words": (mark("What is said cannot be written down."),),
    "words.damaged": (mark("The installed parts of Whisper base do not make the model that is known."),),
    "words.failed": (mark("The process that writes down what is said has failed."),),
    "words.model": (mark("The Whisper model cannot be used."),),
    "words.no_model": (mark("What is said is not written down: there is no Whisper model."),),
    "words.not_installed": (mark("What is said is not written down: faster-whisper is not installed."),),
    # Voice and words
    "fusion": (mark("What weighs voice and words cannot be used."),),
    "fusion.file": (mark("The file of a fusion cannot be used. Choose another one in the settings."),),
    "fusion.labels": (
        mark(
            "The fusion was made for models with other emotions than these. Each answers by itself. Make "
            "one for these two models, or choose none in the settings."
        ),
    ),
    "fusion.model": (
        mark(
            "The fusion was made with other models than these. Each answers by itself. Make one for these "
            "two models, or choose none in the settings."
        ),
    ),
    "fusion.not_better": (mark("Voice and words together are not better than the voice alone."),),
    "fusion.speakers": (mark("There are recordings of too few people to fit a fusion."),),
    # Speech detection
    "detector": (mark("This way of finding speech cannot be used."),),
    "detector.not_installed": (mark("Silero VAD is not installed."),),
    "detector.unusable": (
        mark("Silero VAD cannot be used: what is installed is not the model that is known."),
    ),
    # The program
    "cancelled": (mark("It was cancelled."),),
    "failed": (mark("That did not work."),),
    "internal": (mark("Something went wrong inside Emoscope."),),
    "memory": (mark("More memory is needed than there is."),),
    "no_answer": (
        mark(
            "Speech has had no answer for {seconds} seconds: the model is slow, or hangs. It goes on "
            "by itself if the model answers."
        ),
        mark(
            "Speech has had no answer for a while: the model is slow, or hangs. It goes on by itself "
            "if the model answers."
        ),
    ),
    "no_display": (mark("No window can be shown."),),
    "not_installed": (mark("A package is not installed."),),
    "read": (mark("The file cannot be read."),),
    "read.archive": (mark("The archive would unfold too far, so it is refused."),),
    "read.folder": (mark("This is a folder, not a file."),),
    "read.lfs_pointer": (mark("This is a Git LFS pointer in place of the file. Fetch it: git lfs pull"),),
    "read.not_found": (mark("There is no file of this name."),),
    "read.not_regular": (mark("This is no regular file."),),
    "read.too_large": (mark("The file is larger than such files are."),),
    "read.web_page": (mark("This is a web page in place of the file. Download the file itself."),),
    "settings.not_settings": (
        mark(
            "The file holds no settings of Emoscope. Choose one that “Export” on the page Settings "
            "has written."
        ),
    ),
    "settings.read": (mark("The settings cannot be read."),),
    "write": (
        mark("The file cannot be written: its folder is not there, or takes no files. Choose another one."),
    ),
    "write.disk_full": (mark("The disk is full. Make room on it, or choose another one."),),
    "write.exists": (mark("The file is there already. Choose another name."),),
    "write.in_use": (
        mark("The file is being written by another run. Wait for its end, or choose another one."),
    ),
    "write.limit": (mark("The recording has reached its largest size and ends here."),),
    # Export and training
    "export": (mark("The export failed; nothing was written."),),
    "export.archive": (mark("The archive would unfold too far, so it is refused."),),
    "export.booster": (mark("These boosted trees cannot be converted."),),
    "export.cancelled": (mark("The export was cancelled."),),
    "export.crash": (mark("The graph brought down the process that checked it."),),
    "export.dimensions.classes": (mark("The model gives probabilities of classes, not dimensions."),),
    "export.dimensions.range": (mark("The model gives values far beyond the scale that was named."),),
    "export.dynamic_axis": (mark("An axis of the graph is fixed, and must be dynamic."),),
    "export.ended": (mark("The process of the export ended early."),),
    "export.labels": (mark("The labels and the outputs of the model do not fit together."),),
    "export.labels.numbers": (mark("The classes have numbers and no names."),),
    "export.labels.scores": (
        mark("The model gives a score for each class by itself, not logits of classes of which one holds."),
    ),
    "export.lazy": (mark("Layers of the model have no known shape."),),
    "export.lfs_pointer": (
        mark("This is a Git LFS pointer in place of the weights. Fetch them: git lfs pull"),
    ),
    "export.model_file": (mark("The model file cannot be read."),),
    "export.not_repeatable": (mark("The model answers differently when it hears the same sound again."),),
    "export.operator": (mark("The graph has an operator that ONNX Runtime does not have."),),
    "export.parity": (mark("The exported graph computes something else than the model."),),
    "export.shape": (mark("The graph does not have the inputs and outputs of the format."),),
    "export.unsafe": (mark("The file could run code, so it is not opened."),),
    "export.web_page": (mark("This is a web page in place of the weights. Download the file itself."),),
    "export.text": (mark("This folder holds a text model. Export it with emoscope-export hf."),),
    "export.weights": (mark("Weights are missing or do not fit."),),
    "features": (mark("The front end of the model is not understood."),),
    "corpus": (mark("The recordings are not what they should be."),),
    "corpus.class_without_sound": (mark("The folder of a class holds no recording with sound."),),
    "corpus.not_utf8": (mark("The table is not UTF-8."),),
    "corpus.texts": (mark("This is no table of labelled texts."),),
    "corpus.unknown": (mark("This corpus is not known."),),
    "leak": (mark("A speaker or a clip stands on both sides of a split."),),
    # The service
    "serve": (mark("The service cannot go on."),),
    "serve.address": (mark("The service cannot listen at this address."),),
    "serve.busy": (mark("The service has too much to do. Try again in some seconds."),),
    "serve.decoder": (mark("The recording brought down the process that decoded it."),),
    "serve.ending": (mark("The service is ending. Try again when it has started anew."),),
    "serve.key": (mark("The service needs its key."),),
    "serve.method": (mark("The service takes no such request."),),
    "serve.not_found": (mark("The service has nothing at this address."),),
    "serve.origin": (mark("Pages of other sites may not use the service."),),
    "serve.request": (mark("The service cannot understand the request."),),
    "serve.session": (mark("The service has no such session."),),
    "serve.slow": (mark("The upload did not come in time."),),
    "serve.time": (mark("There was no answer in time."),),
    "serve.too_large": (mark("The upload is larger than is allowed."),),
    "serve.words": (mark("The service does not write down what is said."),),
    "training": (mark("The training cannot go on."),),
    "training.checkpoint": (mark("The checkpoint cannot be read."),),
    "training.few_texts": (mark("There are too few different texts to learn from."),),
    "training.not_here": (mark("This recipe needs weights, or time, that this computer does not have."),),
}
HINTS: Final[Mapping[str, str]] = {
    "model.not_text": mark("Choose a text model in the settings, or none."),
    "model.text": mark("Choose a voice model here, and this one as the text model in the settings."),
    "words.failed": mark("Switch off and on in the settings that what is said is written down."),
    "words.model": mark("Let EMOSCOPE_WHISPER name the folder of another one, and start the program again."),
}
"""What to do, in place of a hint that names options of the command line."""

DETAILED: Final = frozenset(
    {
        "call",
        "call.other_run",
        "call.out",
        "call.unfinished_run",
        "audio",
        "audio.callback",
        "audio.damaged",
        "audio.incomplete",
        "audio.needs_ffmpeg",
        "audio.no_portaudio",
        "audio.no_pyaudio",
        "audio.read",
        "audio.unread",
        "corrections",
        "model",
        "model.interface",
        "model.manifest",
        "model.not_loadable",
        "model.run",
        "model.self_test",
        "model.shape",
        "model.speed",
        "model.tokenizer",
        "profile",
        "sessions",
        "lab",
        "lab.librosa",
        "lab.parquet",
        "words",
        "words.damaged",
        "words.failed",
        "words.model",
        "words.no_model",
        "words.not_installed",
        "detector",
        "detector.not_installed",
        "detector.unusable",
        "failed",
        "internal",
        "no_display",
        "not_installed",
        "read",
        "export",
        "export.archive",
        "export.booster",
        "export.crash",
        "export.dimensions.classes",
        "export.dimensions.range",
        "export.dynamic_axis",
        "export.ended",
        "export.labels",
        "export.labels.numbers",
        "export.labels.scores",
        "export.lazy",
        "export.model_file",
        "export.not_repeatable",
        "export.operator",
        "export.parity",
        "export.shape",
        "export.unsafe",
        "export.weights",
        "features",
        "corpus",
        "corpus.class_without_sound",
        "corpus.not_utf8",
        "corpus.texts",
        "corpus.unknown",
        "leak",
        "training",
        "training.checkpoint",
        "training.few_texts",
        "training.not_here",
    }
)
"""Codes of many different failures, or whose sentence holds a line for a terminal: it follows, as it is."""
