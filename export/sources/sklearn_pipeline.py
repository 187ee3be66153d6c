"""A scikit-learn pipeline behind features that the graph computes: waveform in, log-probabilities out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import compose, helper, numpy_helper

from desktop_app.core.types import FloatArray
from desktop_app.inference.session import ModelSession, open_session
from export.errors import (
    ExportError,
    LabelError,
    ParityError,
    ShapeError,
    UnsupportedOperatorError,
)
from export.safety import files_sha256, first_line
from export.signals import kinds, speech_like
from export.sources.base import Facts, check_labels
from export.sources.sklearn_boosters import check_boosters, register_converters
from export.sources.sklearn_file import read_classifier
from export.torch_export import EXPORTERS, OPSET, export_graph, quietly
from export.verification.structure import serialize
from models.architectures.registry import PROBABILITY_FLOOR

if TYPE_CHECKING:
    from torch import nn

    from models.features.chain import FeatureChain

_ML_OPSET = 3


@dataclass(slots=True)
class SklearnSource:
    """A classifier of scikit-learn, its features before it.

    Of a waveform of `doubt_s` seconds the logits count half.
    """

    facts: Facts
    chain: nn.Module
    classifier: Any
    tail: onnx.ModelProto
    doubt_s: float = 0.0
    _front: ModelSession | None = field(default=None, init=False)

    @property
    def exporters(self) -> Sequence[str]:
        return EXPORTERS

    def graph(self, exporter: str) -> bytes:
        content = export_graph(
            self.chain,
            self.facts.sample_rate,
            exporter,
            outputs=("features",),
            shortest_seconds=self.facts.shortest_seconds,
        )
        self._front = open_session(content, "cpu", 1)
        self._compare_features()
        return _joined(onnx.load_model_from_string(content), self.tail, self.doubt_s, self.facts.sample_rate)

    def logits(self, waveform: FloatArray) -> FloatArray:
        """By scikit-learn, from the features of the graph itself as soon as there is one.

        A tree asks on which side of a threshold a number lies: were the features taken from torch, a
        difference in the seventh digit could send a sample down the other branch. So the features are
        compared by themselves in `graph`, and the classifier by itself here.
        """
        if self._front is None:
            import torch

            with torch.inference_mode():
                features = self.chain(torch.from_numpy(np.ascontiguousarray(waveform))).numpy()
        else:
            features = self._front.run(["features"], {"waveform": waveform})[0]
        seconds = waveform.shape[1] / self.facts.sample_rate
        certainty = np.float32(seconds / (seconds + self.doubt_s))
        return log_probabilities(self.classifier, features) * certainty

    def _compare_features(self) -> None:
        """Raise ParityError if the graph's features are not torch's."""
        import torch

        assert self._front is not None  # noqa: S101
        rate = self.facts.sample_rate
        for seconds in (max(1.0, self.facts.shortest_seconds), 3.1):
            for name, wave in kinds(round(seconds * rate), rate).items():
                got = self._front.run(["features"], {"waveform": wave[None]})[0]
                with torch.inference_mode():
                    want = self.chain(torch.from_numpy(wave[None])).numpy()
                if not np.isfinite(want).all():
                    raise ParityError(f"The features of {name} input ({seconds:g} s) are not finite.")
                off = np.abs(got - want) / (1e-3 + np.abs(want).max())
                if off.max() > 1e-3:
                    raise ParityError(
                        f"On {name} input of {seconds:g} s the graph's features differ from torch's by "
                        f"{np.abs(got - want).max():.2g}."
                    )


def log_probabilities(classifier: Any, features: FloatArray) -> FloatArray:
    """Logits [batch, classes] of a fitted classifier: the logarithm of its probabilities."""
    probabilities = np.asarray(classifier.predict_proba(features), dtype=np.float64)
    out: FloatArray = np.log(np.maximum(probabilities, PROBABILITY_FLOOR)).astype(np.float32)
    return out


def load_pipeline(
    path: Path,
    frontend: str,
    sample_rate: int,
    *,
    labels: Sequence[str] | None = None,
    trusted: Sequence[str] = (),
    trust_pickle: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> SklearnSource:
    """A fitted classifier or pipeline, behind the features that `frontend` names, ready for export.

    Parameters
    ----------
    path : Path
        A skops file; a pickle or joblib file only with `trust_pickle`.
    labels : sequence of str, optional
        Names of `classes_`, in their order, where those are numbers.
    trusted : sequence of str
        Types beyond those of scikit-learn that the file may hold.

    Raises
    ------
    UnsafeFileError, ShapeError, LabelError, UnsupportedOperatorError, ExportError
    """
    from export.sources.torch_module import parse_front_end

    chain = parse_front_end(frontend, sample_rate)
    if chain is None or not chain.pooled:
        raise ShapeError(
            f"The front end '{frontend}' gives features for each frame, not one vector for a clip.",
            f"Pool them over time: {frontend}|pool:mean,std",
        )
    classifier = _chosen(read_classifier(path, trusted=trusted, trust_pickle=trust_pickle, say=say), say)
    check_boosters(classifier, path)
    expected = getattr(classifier, "n_features_in_", None)
    if expected is None or not hasattr(classifier, "classes_"):
        raise ExportError(f"{path} holds {type(classifier).__name__}, expected a fitted classifier.")
    if expected != chain.output_dim:
        raise ShapeError(
            f"The classifier in {path} takes {expected} features; '{chain.spec}' gives {chain.output_dim}.",
            "Name the front end that it was trained with.",
        )
    _check_probabilities(classifier, chain, sample_rate)
    facts = Facts(
        name=path.stem,
        labels=_labels(classifier, labels),
        sample_rate=sample_rate,
        weights_sha256=files_sha256([path]),
        shortest_seconds=chain.minimum_seconds,
    )
    return SklearnSource(facts, chain.eval(), classifier, _converted(classifier, chain.output_dim))


def source_of_classifier(
    facts: Facts, front_end: nn.Module, classifier: Any, doubt_s: float = 0.0
) -> SklearnSource:
    """A fitted classifier behind a module, waveform [batch, samples] -> features [batch, dim].

    Raises
    ------
    UnsupportedOperatorError
        If it cannot be converted.
    """
    tail = _converted(classifier, int(classifier.n_features_in_))
    return SklearnSource(facts, front_end.eval(), classifier, tail, doubt_s)


def _chosen(classifier: Any, say: Callable[[str], None]) -> Any:
    """The best estimator of a search for parameters, wherever it stands; anything else as it is."""
    from sklearn.ensemble import VotingClassifier
    from sklearn.model_selection._search import BaseSearchCV
    from sklearn.pipeline import Pipeline

    if isinstance(classifier, Pipeline):
        name, final = classifier.steps[-1]
        best = _chosen(final, say)
        return classifier if best is final else Pipeline([*classifier.steps[:-1], (name, best)])
    if isinstance(classifier, VotingClassifier):
        # The converter reads both, and to the probabilities the first is nothing.
        classifier.flatten_transform = False
        classifier.weights = None if classifier.weights is None else np.asarray(classifier.weights)
    if not isinstance(classifier, BaseSearchCV):
        return classifier
    kind = type(classifier).__name__
    if not hasattr(classifier, "best_estimator_"):
        raise ExportError(
            f"The {kind} holds no fitted estimator.", "Fit it with refit=True and save it again."
        )
    say(f"taking the best estimator of {kind}: {_in_code(classifier.best_params_)}")
    return _chosen(classifier.best_estimator_, say)


def _in_code(value: Any) -> str:
    """A value or an estimator as one writes it, in one line."""
    return " ".join(repr(value).split())


def _calibrated(final: Any) -> str:
    """What to write in the place of a classifier without probabilities of its own."""
    from sklearn.base import clone

    kind = type(final).__name__
    if kind == "VotingClassifier":
        return "Fit it again with voting='soft', of classifiers that give probabilities, and save it."
    same = clone(final)
    if getattr(same, "probability", False) is True:
        # "deprecated" is the default of newer versions, and stays out of what is written here.
        same.probability = inspect.signature(type(same)).parameters["probability"].default
    return f"Write CalibratedClassifierCV({_in_code(same)}, ensemble=False) in its place, fit again and save."


def _check_probabilities(classifier: Any, chain: FeatureChain, sample_rate: int) -> None:
    """Raise LabelError unless the likeliest class is the one that the classifier predicts."""
    import torch

    final = classifier[-1] if hasattr(classifier, "steps") else classifier
    name = type(final).__name__
    if name in {"SVC", "NuSVC"} and getattr(final, "probability", False) is True:
        raise LabelError(
            f"The probabilities of {name}(probability=True) come from a second model, and often name another "
            "class than its own predictions.",
            _calibrated(final),
        )
    if not hasattr(classifier, "predict_proba"):
        raise LabelError(f"{name} gives no probabilities.", _calibrated(final))
    seconds = max(1.0, chain.minimum_seconds)
    waves = np.stack([speech_like(round(seconds * sample_rate), sample_rate, seed) for seed in range(8)])
    with torch.inference_mode():
        features = chain(torch.from_numpy(waves)).numpy()
    likeliest = classifier.classes_[classifier.predict_proba(features).argmax(axis=1)]
    differ = int((likeliest != classifier.predict(features)).sum())
    if differ:
        raise LabelError(
            f"The likeliest class of {name} is not what it predicts, for {differ} of {len(waves)} probes.",
            _calibrated(final),
        )


def _labels(classifier: Any, labels: Sequence[str] | None) -> tuple[str, ...]:
    """The names of `classes_`, in their order."""
    own = [str(label) for label in classifier.classes_]
    if labels is None:
        if not all(isinstance(label, str) for label in classifier.classes_.tolist()):
            raise LabelError(
                f"The classes are numbers: {', '.join(own)}.",
                "Name them in this order: --labels neutral,happy,...",
            )
        chosen = tuple(own)
    else:
        chosen = tuple(labels)
        if len(chosen) != len(own):
            raise LabelError(f"The classifier has {len(own)} classes and there are {len(chosen)} labels.")
        moved = [a for a, b in zip(own, chosen, strict=True) if a != b and a in chosen]
        if moved:
            raise LabelError(
                f"The label '{moved[0]}' stands in another place than in the classifier, whose order is "
                f"{', '.join(own)}.",
                "Leave --labels out: the classifier knows its own.",
            )
    check_labels(chosen)
    return chosen


def _converted(classifier: Any, dim: int) -> onnx.ModelProto:
    """The classifier as a graph: features [batch, dim] -> label, probabilities [batch, classes]."""
    import skl2onnx
    from skl2onnx.common.data_types import FloatTensorType

    try:
        register_converters(classifier)
        with quietly():
            converted: onnx.ModelProto = skl2onnx.convert_sklearn(
                classifier,
                initial_types=[("features", FloatTensorType([None, dim]))],
                options={"zipmap": False},
                target_opset={"": OPSET, "ai.onnx.ml": _ML_OPSET},
            )
    except Exception as error:
        final = classifier[-1] if hasattr(classifier, "steps") else classifier
        raise UnsupportedOperatorError(
            f"{type(final).__name__} cannot be converted: {first_line(error)}",
            "Converted are random forest, SVM in CalibratedClassifierCV, logistic regression, MLP, gradient "
            "boosting (not the histogram kind), LightGBM, XGBoost, a soft vote of these, scalers and PCA.",
        ) from error
    return converted


def _joined(front: onnx.ModelProto, tail: onnx.ModelProto, doubt_s: float, sample_rate: int) -> bytes:
    """Features, classifier, logarithm of its probabilities (less of it for short speech), as one graph."""
    tail = compose.add_prefix(tail, "classifier/")
    tail.ir_version = front.ir_version
    domains = {opset.domain: opset.version for opset in tail.opset_import}
    del tail.opset_import[:]
    tail.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in domains.items())
    for opset in tail.opset_import:
        if not opset.domain:
            # It was made for OPSET, and only declares the newest version that one of its operators needs.
            opset.version = OPSET
    probabilities = tail.graph.output[1].name
    joined = compose.merge_models(
        front, tail, io_map=[("features", "classifier/features")], outputs=[probabilities]
    )
    classes = tail.graph.output[1].type.tensor_type.shape.dim[1].dim_value
    floor = numpy_helper.from_array(np.array(PROBABILITY_FLOOR, np.float32), "probability_floor")
    joined.graph.initializer.append(floor)
    joined.graph.node.append(helper.make_node("Max", [probabilities, "probability_floor"], ["floored"]))
    joined.graph.node.append(
        helper.make_node("Log", ["floored"], ["log_probabilities" if doubt_s else "logits"])
    )
    if doubt_s:
        _add_doubt(joined.graph, doubt_s, sample_rate)
    del joined.graph.output[:], joined.graph.value_info[:]
    shape = ["batch", classes] if classes else ["batch", "classes"]
    joined.graph.output.append(helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, shape))
    return serialize(joined)


def _add_doubt(graph: onnx.GraphProto, doubt_s: float, sample_rate: int) -> None:
    """logits = log_probabilities * samples / (samples + doubt_s * sample_rate)."""
    doubt = np.array(doubt_s * sample_rate, np.float32)
    graph.initializer.append(numpy_helper.from_array(doubt, "doubt_samples"))
    graph.initializer.append(numpy_helper.from_array(np.array(1, np.int64), "second_axis"))
    for kind, inputs, output in (
        ("Shape", ["waveform"], "waveform_shape"),
        ("Gather", ["waveform_shape", "second_axis"], "whole_samples"),
        ("Cast", ["whole_samples"], "samples_heard"),
        ("Add", ["samples_heard", "doubt_samples"], "samples_and_doubt"),
        ("Div", ["samples_heard", "samples_and_doubt"], "certainty_of_length"),
        ("Mul", ["log_probabilities", "certainty_of_length"], "logits"),
    ):
        extra: dict[str, Any] = {"to": onnx.TensorProto.FLOAT} if kind == "Cast" else {}
        graph.node.append(helper.make_node(kind, inputs, [output], **extra))
