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
    mark("A plot cannot be saved as '{suffix}'."),
    mark("A voice needs a name."),
    mark("A name has at most {count} letters."),
    mark("A name is made of letters, digits, blanks and hyphens."),
    mark("reading clips"),
    mark("standardising"),
    mark("features of {condition} clips"),
    mark("embedding {what}"),
    mark("{count} files left out: {kinds}."),
    mark("{count} file left out: {kinds}."),
    mark("The model would not know the class '{label}': all its speakers are needed to calibrate."),
    mark("The model would not know the class '{label}': none of its clips could be learnt from."),
    mark("Add recordings of it by another speaker, or name the other classes: `classes` under `data`."),
    mark("There is no room to write in the folder '{path}': {problem}."),
    mark("There is no room to write '{path}': {problem}."),
    mark("Make room on the disk and call again, or name a folder on another one."),
    mark("{people} speakers: {count} folds instead of {wanted}."),
    mark("Clips are parted at random: the figures are of voices that the model knows."),
    mark("Few clips are '{label}': {count}. It will hardly be told apart."),
    mark("Only one speaker is '{label}': a model may learn the voice instead."),
    mark("None of the clips in {path} can be read."),
    mark("None of the classes ({classes}) is one of the eight emotions: {labels}."),
    mark("Not here of the {count} published speakers: {names}."),
    mark("Not among the published speakers: {names}."),
    mark("Here are {count} of the {published} published clips."),
    mark("More clips than were published: {emotions}."),
    mark("All clips are of one speaker, so nothing can be told about a voice that was never heard."),
    mark("Only one speaker speaks: {emotions}. A model may learn the voice instead."),
    mark("Names, places or labels that the reader does not know: {files}."),
    mark("Empty, left out: {files}."),
    mark("Cannot be read, nothing can be learnt from them: {files}."),
    mark("Cannot be read, left out: {files}."),
    mark("Git LFS pointers without the sound, which 'git lfs pull' fetches: {files}."),
    mark("Break off before their end: {files}."),
    mark("Nothing but silence, left out: {files}."),
    mark("Nothing but silence: {files}."),
    mark(
        "The class '{label}' has a folder without sound, so a model cannot learn it: put recordings into "
        "it, or remove it."
    ),
    mark(
        "Class folders without a recording, though others of these classes have some: {count}, "
        "such as {name}."
    ),
    mark("Shorter than {seconds} s: {files}."),
    mark("Louder than full scale: {files}."),
    mark("{count} of {total} clips last exactly {seconds} s: they seem to be cut."),
    mark("The sound of another clip, counted once: {clips}."),
    mark("One sound under different emotions or speakers: {sounds}."),
    mark("One name for different sounds: {names}."),
    mark("Also in {corpus}: {files}."),
    mark("{count} file: {name}"),
    mark("{count} files: {names}"),
    mark("{names} and {count} more"),
    mark("{count} file, such as {name}"),
    mark("{count} files, such as {name}"),
    mark("{count} clip, such as {name}"),
    mark("{count} clips, such as {name}"),
    mark("{count} sound, such as {name}"),
    mark("{count} sounds, such as {name}"),
    mark("{count} name, such as {name}"),
    mark("{count} names, such as {name}"),
    mark(
        "The encoder's weights are not named. Give --weights FILE, such as the model.safetensors "
        "of openai/whisper-base, or set EMOSCOPE_WEIGHTS to a folder that holds it as "
        "whisper-base-encoder.safetensors."
    ),
    mark(
        "The folder of the trained weights is not named: {variable} is not set. Set {again} to a "
        "folder as save_pretrained writes it."
    ),
    mark("making the file ..."),
    mark(
        "Logistic regression on the mean and the deviation over time of the 67 features of its "
        "source, scaled."
    ),
    mark(
        "scikit-learn's boosted trees on the mean and the deviation over time of the 67 features "
        "of their source."
    ),
    mark(
        "Boosted trees of LightGBM on the mean and the deviation over time of the 67 features of "
        "their source, which searched and does not tell what it found: here smaller trees, "
        "slower, each on a part of the features and clips."
    ),
    mark("500 trees on the mean and the deviation over time of 67 features of the first 3 s."),
    mark(
        "A perceptron (256, 128) on the mean and the deviation over time of 270 features; its "
        "source has the means alone."
    ),
    mark("The first model: the encoder as it was pretrained, with a logistic regression on its embeddings."),
    mark(
        "A support vector machine on the mean and the deviation over time of the 67 features of "
        "its source, scaled, with calibrated answers."
    ),
    mark(
        "Five convolutions over time on MFCC, zero crossings and RMS. Its source fits it for "
        "less than ten epochs of random clips; strangers need longer with masked and mixed "
        "features, softened labels and a rate that falls."
    ),
    mark(
        "What of EfficientNet-B2 can be trained on two cores: half its width and depth, grey "
        "images of 96 x 96, from random weights, and so at a higher rate than fine-tuning takes."
    ),
    mark("Four convolution blocks, a bidirectional GRU and self-attention on a log-mel spectrogram."),
    mark("Three convolution blocks on a grey log-mel image of 128 x 128."),
    mark("Three convolution blocks and a GRU on a log-mel spectrogram."),
    mark("Convolutions with squeeze and excitation, a GRU and a transformer on 175 rows of features."),
    mark("The encoder and its heads trained together, gently, on clips that were changed in many ways."),
    mark("Convolutions and a transformer with relative positions on a log-mel spectrogram of 5 s."),
    mark("{name}, the transformer fine-tuned with a small head."),
    mark("{name} with ImageNet weights on mel images of {size}, as its source fine-tunes it."),
)
