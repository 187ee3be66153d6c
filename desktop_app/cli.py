"""`emoscope`: the window, and the commands beside it."""

from __future__ import annotations

import sys

from desktop_app import __version__
from desktop_app.command_line.stop_signals import quiet_interrupt, stop_signals

with quiet_interrupt():
    from desktop_app.command_line.tool import Command, Tool

TOOL = Tool(
    name="emoscope",
    description="An oscilloscope for emotion in the voice. Without a command it opens the window.",
    examples="emoscope                                   open the window and listen\n"
    "emoscope talk.wav                          open the window on a recording\n"
    "emoscope live --source demo                the live view in the terminal, on the demo recording\n"
    "emoscope analyze talk.wav                  what was said how, as a table\n"
    "emoscope profile build me.wav --out me.profile   learn a voice, to judge it better\n"
    "emoscope doctor                            is everything there that is needed?\n"
    "emoscope --screenshot out.png --source demo --seconds 6",
    interrupted="Interrupted.",
    version=__version__,
    default="desktop_app.commands.window:register",
    commands=(
        Command(
            "live",
            "listen, and show emotions in the terminal while someone speaks",
            "desktop_app.commands.live:register",
            "emoscope live\n"
            "emoscope live --source talk.wav --jsonl - | jq 'select(.event == \"final\")'\n"
            'emoscope live --device "USB Audio" --seconds 60 --jsonl minute.jsonl',
            around=stop_signals,  # signals are heard before the second that its imports take
        ),
        Command(
            "analyze",
            "find the emotions in recordings",
            "desktop_app.commands.analyze:register",
            "emoscope analyze talk.wav\n"
            "emoscope analyze talks/ --json result.json --csv result.csv --jobs 2\n"
            "emoscope analyze talk.wav --textgrid talk.TextGrid\n"
            "emoscope analyze *.wav --textgrid annotations/        a .TextGrid for each recording\n"
            "emoscope analyze talk.wav --html talk.html --html-sound      one page, to be sent\n"
            "emoscope analyze talk.mp3 --json - | jq .files[0].overall\n"
            "curl -s https://example.org/talk.ogg | emoscope analyze -",
        ),
        Command(
            "batch",
            "find the emotions in recordings by the thousand, as Parquet",
            "desktop_app.commands.batch:register",
            "emoscope batch calls/ --out results/\n"
            "emoscope batch calls.csv --out results/ --embeddings --jobs 8\n"
            "emoscope batch s3://bucket/calls --out s3://bucket/results --dask tcp://10.0.0.1:8786",
        ),
        Command(
            "batch report",
            "put the results of batch together, by recording, speaker, day and hour",
            "desktop_app.commands.batch_results:register_report",
            "emoscope batch report results/\n"
            "emoscope batch report results/ --html report.html\n"
            "emoscope batch report results/ --json - | jq .by_speaker",
        ),
        Command(
            "batch drift",
            "tell whether the model should still be believed, week by week",
            "desktop_app.commands.batch_results:register_drift",
            "emoscope batch drift results/ --against believed/\n"
            "emoscope batch drift results/ --against believed/ --json drift.json",
        ),
        Command(
            "profile",
            "learn a person's voice, so that it is judged by its own measure",
            "desktop_app.commands.profile:register",
            "emoscope profile build me1.wav me2.wav --out me.profile\n"
            "emoscope profile show me.profile\n"
            "emoscope analyze talk.wav --profile me.profile",
        ),
        Command(
            "sessions",
            "list, show, export and delete the live sessions that are kept",
            "desktop_app.commands.sessions:register",
            "emoscope sessions list --search happy\n"
            "emoscope sessions show 12\n"
            "emoscope sessions export 12 --csv talk.csv --textgrid talk.TextGrid\n"
            "emoscope sessions delete 12 13",
        ),
        Command(
            "serve",
            "answer other programs over HTTP, and on a page in the browser",
            "desktop_app.commands.serve:register",
            "emoscope serve\n"
            "curl -F file=@talk.wav http://127.0.0.1:8642/v1/analyze | jq .files[0].overall\n"
            "EMOSCOPE_KEY=... emoscope serve --host 0.0.0.0 --port 8000",
        ),
        Command(
            "models",
            "list the model files at hand",
            "desktop_app.commands.models:register",
            "emoscope models\nemoscope models --json | jq -r '.models[].manifest.licence'",
        ),
        Command(
            "devices",
            "list the microphones",
            "desktop_app.commands.devices:register",
            "emoscope devices\nemoscope devices --json",
        ),
        Command(
            "doctor",
            "check everything that is needed to run",
            "desktop_app.commands.doctor:register",
            "emoscope doctor\nemoscope doctor --json\nemoscope doctor --model mine.onnx --device USB",
        ),
    ),
)
main = TOOL.main

if __name__ == "__main__":
    sys.exit(main())
