"""The report of a run as one HTML page that needs nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from desktop_app.command_line.output import counted
from models.evaluation.markdown import percent, with_interval
from models.experiments.report import pictures
from models.experiments.report.errors_found import (
    LISTEN,
    Miss,
    by_length,
    misses,
    openable,
    worst_confusions,
    worst_speakers,
)
from models.experiments.report.run_folder import ModelRun, Run

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1.2rem}
body{color:#1d2330;background:#fff}
h1{font-size:1.7rem}h2{margin-top:2.2rem;border-bottom:1px solid #dfe3ea}h3{margin:1.4rem 0 .4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid #edf0f4}
th:first-child,td:first-child,.text{text-align:left}th{color:#5a6372;font-weight:600}
td.fact{text-align:left;white-space:normal;overflow-wrap:anywhere}
.plots{display:flex;flex-wrap:wrap;gap:1.5rem 2rem;margin-top:1.5rem}
.plots figure{margin:0;flex:1 1 28rem;min-width:0;max-width:36rem}
figcaption{font-weight:600}figcaption span{display:block;font-weight:400}
svg{max-width:100%;min-width:28rem;height:auto}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f7fa;padding:.6rem}
li{overflow-wrap:anywhere}
.muted,figcaption span{color:#5a6372}.warn{color:#b3302f;font-weight:600}
summary{cursor:pointer;font-weight:600;font-size:1.2rem}details{margin:1rem 0}
@media (prefers-color-scheme: dark){
body{color:#e6e9ef;background:#14181f}h2{border-color:#333b48}th,td{border-color:#262d38}
th,.muted,figcaption span{color:#9aa4b4}pre{background:#1d232d}.warn{color:#ff8f87}
svg{filter:invert(1) hue-rotate(180deg)}
}
"""
_COMMAND_FILES = 10
_WORDS = ("truth", "answered")
"""Columns of words, which are set to the left."""
_READ = {
    "confusion": "A row holds the clips of an emotion, a column what was answered; the diagonal is right.",
    "roc": (
        "How many of its clips are found, against how many others are taken for it; the dashed line is "
        "guessing."
    ),
    "reliability": (
        "How many answers of a confidence are right; on the dashed line as many as it says. Bars: how many "
        "clips have it. Where they are few, a point says little."
    ),
    "training": "Each line is a fit: what it makes of speakers that were kept from it, and its loss.",
    "importance": (
        "The UAR that is lost if its values are mixed up among the clips; a line is the deviation over the "
        "folds."
    ),
}
"""How to read each plot."""
_HEARD = {"trimmed": "clips cut to their speech, as the analyzer cuts them", "whole": "clips as they are"}


def report_page(run: Run, made_on: date) -> str:
    """The page: a table of the models, F1 by emotion if there are several, then each by itself."""
    title, models = run.title, run.models
    several = len(models) > 1
    body = [f"<h1>{escape(title)}</h1>", f'<p class="muted">Made on {made_on.isoformat()}.</p>']
    if run.quick:
        body.append(
            '<p class="warn">QUICK: little of it was trained, and these figures are not to be quoted.</p>'
        )
    body += [_overview(models), _told_figures(models[0].report), _told_condition(models[0].condition)]
    if several:
        plot = pictures.classes_plot(models)
        body.append(f'<h2>F1 of each emotion, %</h2><div class="scroll">{plot}</div>')
    for number, model in enumerate(models):
        inside = _model(model)
        if several:
            shown = " open" if number == 0 else ""
            body.append(f"<details{shown}><summary>{escape(model.name)}</summary>{inside}</details>")
        else:
            body.append(inside)
    if run.not_ranked:
        body.append(_not_ranked(run))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _overview(runs: Sequence[ModelRun]) -> str:
    head = ("model", "UAR % [95 %]", "accuracy %", "F1 %", "AUC", "ECE", "clips", "speakers")
    body = []
    for run in runs:
        found = run.report
        auc = found.get("macro_auc")
        body.append(
            [
                run.name,
                with_interval(found["uar"], found["uar_interval"]),
                percent(found["accuracy"]),
                percent(found["macro_f1"]),
                "–" if auc is None else f"{auc:.3f}",
                f"{found['ece']:.3f}",
                str(found["clips"]),
                str(found["speakers"]),
            ]
        )
    return _table(head, body)


def _told_figures(report: Mapping[str, Any]) -> str:
    return (
        '<p class="muted">UAR is the mean of the recalls, so that each emotion counts the same (by guessing '
        f"{percent(1 / len(report['per_class']))} %); the brackets hold it in 95 of 100 draws of speakers. "
        "F1 is the mean over the emotions, too. AUC is 1 where each emotion is always told from the others, "
        "and 0.5 by guessing. ECE is how far confidence and accuracy lie apart: 0 is best.</p>"
    )


def _told_condition(name: str) -> str:
    heard = f": {_HEARD[name]}" if name in _HEARD else ""
    return (
        f'<p class="muted">Unless it says otherwise, all here is of the condition {escape(name + heard)}.</p>'
    )


def _not_ranked(run: Run) -> str:
    items = "".join(f"<li>{escape(name)}: {escape(why)}</li>" for name, why in run.not_ranked)
    return f"<h2>Not ranked</h2><ul>{items}</ul>"


def _model(run: ModelRun) -> str:
    report = run.report
    parts = [f'<p class="muted">{escape(run.protocol)}</p>', _facts(run), _conditions(run)]
    parts += ["<h3>Classification report</h3>", _classes(report)]
    plots = [("confusion", "Confusion, % of each row", pictures.confusion_plot(report))]
    if run.answers is not None:
        curves = pictures.roc_plot(run.answers, report.get("aucs", {}))
        plots.append(("roc", "ROC of each emotion, with its area", curves))
    plots.append(("reliability", f"Reliability, ECE {report['ece']:.3f}", pictures.reliability_plot(report)))
    if run.curves:
        title = f"Training, {counted(len(run.curves), 'fit')}"
        plots.append(("training", title, pictures.curves_plot(run.curves)))
    if run.importance:
        title = "What each group of features brings"
        plots.append(("importance", title, pictures.importance_plot(run.importance)))
    parts.append(f'<div class="plots">{"".join(_figure(*plot) for plot in plots)}</div>')
    parts.append(_errors(run))
    return "".join(parts)


def _figure(kind: str, title: str, svg: str) -> str:
    captions = f"<figcaption>{escape(title)}<span>{escape(_READ[kind])}</span></figcaption>"
    return f'<figure>{captions}<div class="scroll">{svg}</div></figure>'


def _facts(run: ModelRun) -> str:
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="fact">{escape(value)}</td></tr>'
        for name, value in run.facts.items()
    )
    return f"<table><tbody>{rows}</tbody></table>" if rows else ""


def _conditions(run: ModelRun) -> str:
    if len(run.views) < 2:
        return ""
    body = [
        [name, with_interval(view["uar"], view["uar_interval"]), f"{view['ece']:.3f}"]
        for name, view in run.views.items()
    ]
    return "<h3>Under each condition</h3>" + _table(("condition", "UAR % [95 %]", "ECE"), body)


def _classes(report: Any) -> str:
    body = []
    for label, found in report["per_class"].items():
        area = report.get("aucs", {}).get(label)
        figures = [percent(found[key]) for key in ("precision", "recall", "f1")]
        body.append([label, *figures, "–" if area is None else f"{area:.3f}", str(found["support"])])
    return _table(("emotion", "precision %", "recall %", "F1 %", "AUC", "clips"), body)


def _errors(run: ModelRun) -> str:
    parts = ["<h3>Where it errs</h3>"]
    found = worst_confusions(run.report)
    if found:
        worst = found[0]
        parts.append(
            f"<p>Worst confusion: <b>{escape(worst.emotion)}</b> is answered with "
            f"<b>{escape(worst.answer)}</b> in {100 * worst.share:.0f} % of its clips.</p>"
        )
        body = [[one.emotion, one.answer, str(one.count), f"{100 * one.share:.1f}"] for one in found]
        parts.append(_table(("truth", "answered", "clips", "% of its clips"), body))
    people = [
        [name, percent(figures["uar"]), percent(figures["accuracy"]), str(figures["clips"])]
        for name, figures in worst_speakers(run.report)
    ]
    parts.append("<h3>Speakers with the lowest UAR</h3>")
    parts.append(_table(("speaker", "UAR %", "accuracy %", "clips"), people))
    if run.answers is None:
        parts.append('<p class="muted">No answers to single clips that give these figures were kept.</p>')
        return "".join(parts)
    lengths = [
        [f"{low:.1f} to {high:.1f}", str(clips), percent(accuracy)]
        for low, high, clips, accuracy in by_length(run.answers)
    ]
    parts += ["<h3>By length, the shortest first</h3>", _table(("seconds", "clips", "accuracy %"), lengths)]
    wrong = misses(run.answers)[:LISTEN]
    if wrong:
        parts.append(_to_listen(wrong, run.file))
    return "".join(parts)


def _to_listen(wrong: Sequence[Miss], model: Path | None) -> str:
    body = [
        [
            miss.asked.path,
            miss.asked.emotion,
            miss.answer,
            f"{100 * miss.confidence:.0f}",
            f"{miss.asked.seconds:.1f}",
        ]
        for miss in wrong
    ]
    return (
        "<h3>To listen to: the surest of the wrong answers</h3>"
        + _table(("clip", "truth", "answered", "sure %", "seconds"), body)
        + _opened(openable(wrong)[:_COMMAND_FILES], model)
    )


def _opened(wrong: Sequence[Miss], model: Path | None) -> str:
    """The command for the window. The file has met speakers that those who were asked had not."""
    if not wrong:
        return (
            '<p class="muted">The clips are not on this computer, or not below the folder of corpora '
            "(--corpora, EMOSCOPE_CORPORA).</p>"
        )
    chosen = [] if model is None else ["--model", str(model)]
    command = shlex.join(["emoscope", *chosen, *(miss.asked.path for miss in wrong)])
    told = (
        "These open in the window, with the shipped model since this one has no file here, by"
        if model is None
        else "These open in the window with this model, which has learnt from speakers of the test, too, by"
    )
    return f"<p>{told}</p><pre>{escape(command)}</pre>"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    kinds = [' class="text"' if name in _WORDS else "" for name in head]
    titles = _cells("th", kinds, head)
    rows = "".join(f"<tr>{_cells('td', kinds, row)}</tr>" for row in body)
    return f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(tag: str, kinds: Sequence[str], cells: Sequence[str]) -> str:
    return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True))
