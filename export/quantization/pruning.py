"""Structured pruning: hidden units of feed-forward blocks that weigh least are taken out of the graph.

A block is what lies between the products that make hidden units and those that take them in: activations
and numbers for each unit (biases, scales), gates as in SwiGLU, 8-bit products with their scales. Where units
meet anything else (a norm, attention, a residual sum, an output), none is taken out.

Reference: H. Li, A. Kadav, I. Durdanovic, H. Samet and H. Graf, "Pruning filters for efficient ConvNets",
ICLR 2017, whose norm is taken here on both sides of a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.errors import ExportError
from export.manifest_writer import measured_before
from export.quantization.quantize import finished, manifest_of
from export.quantization.result import QuantizationResult, compare
from export.verification.structure import parse, serialize

LEAST_UNITS = 16
"""A block with fewer is a head or a gate."""
_EIGHT = 64
"""From as many units on, a multiple of 8 stays: what processors add at once."""
_LINEAR = {"MatMul", "Gemm", "MatMulInteger"}
_ELEMENTWISE = {
    *("Add", "Sub", "Mul", "Div", "Pow", "Neg", "Cast", "Identity", "Dropout", "Clip", "Relu", "LeakyRelu"),
    *("PRelu", "Elu", "Selu", "Celu", "Gelu", "Erf", "Tanh", "Sigmoid", "HardSigmoid", "HardSwish", "Swish"),
    *("Softplus", "Softsign", "Mish", "QuickGelu", "FastGelu", "BiasGelu"),
}
"""No logarithm: it stands behind mel filters, which are no hidden units."""
_QUANTIZE = "DynamicQuantizeLinear"

Array = npt.NDArray[np.generic]
Input = tuple[int, int]
"""Number of an operator, and of its input."""


@dataclass(slots=True)
class Block:
    """Hidden units, the products on both sides of them, and along which axis each constant counts them."""

    name: str
    units: int
    makers: set[int] = field(default_factory=set)
    takers: set[int] = field(default_factory=set)
    axes: dict[Input, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PruningResult:
    """The smaller file held against the old one, and hidden units of each block before and after."""

    compared: QuantizationResult
    blocks: tuple[tuple[str, int, int], ...]


def prune(content: bytes, share: float, waveforms: Sequence[FloatArray] = ()) -> PruningResult:
    """Take a share of the hidden units out of every feed-forward block of a finished model file.

    The file gives other logits than before: how other, only a corpus tells. It is verified against itself:
    shapes, lengths, finite numbers. Its manifest says what was taken out, and that its figures are older.

    Parameters
    ----------
    content : bytes
    share : float
        Between 0 and 1; in each block those units go whose product of the norms of incoming and outgoing
        weights is smallest.
    waveforms : sequence of [samples]
        Real speech, on which the two files are compared.

    Raises
    ------
    ExportError
        For a file without a manifest or without a block, or a graph that no longer verifies.
    """
    manifest = manifest_of(content)
    model = parse(content)
    told = take_out(model, share)
    manifest = _saying(manifest, share, told)
    after = finished(serialize(model), manifest, manifest.self_test.tolerance)
    return PruningResult(compare(content, after, manifest, waveforms), tuple(told))


def take_out(model: onnx.ModelProto, share: float) -> list[tuple[str, int, int]]:
    """Prune a graph in place: (name, hidden units before, after) of each block.

    Raises
    ------
    ExportError
        If it has no feed-forward block.
    """
    graph = _Graph(model)
    blocks = list(graph.blocks())
    if not blocks:
        raise ExportError(
            "The graph has no feed-forward block whose hidden units could be taken out.",
            "Pruned are pairs of matrix products with nothing but an activation between them; convolutions "
            "and recurrent layers stay as they are.",
        )
    told = []
    for block in blocks:
        kept = graph.strongest(block, _left(block.units, share))
        graph.keep(block, kept)
        told.append((block.name, block.units, len(kept)))
    graph.finish()
    return told


def _left(units: int, share: float) -> int:
    left = max(1, round(units * (1 - share)))
    return max(8, left // 8 * 8) if units >= _EIGHT else left


def _saying(manifest: Manifest, share: float, blocks: Sequence[tuple[str, int, int]]) -> Manifest:
    """The manifest with what was done: the figures in it are those of the file before."""
    pruned = {
        "share": share,
        "hidden_units_before": sum(before for _, before, _ in blocks),
        "hidden_units_after": sum(after for _, _, after in blocks),
    }
    metrics = replace(manifest.metrics, extra={**manifest.metrics.extra, "pruned": pruned})
    told = f"{100 * share:g} % of the hidden units were pruned"
    return measured_before(replace(manifest, metrics=metrics), told)


class _Graph:
    """A graph with its makers and takers at hand."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._model = model
        self._nodes = list(model.graph.node)
        self._constants = {tensor.name: tensor for tensor in model.graph.initializer}
        self._maker: dict[str, int] = {}
        self._takers: dict[str, list[Input]] = defaultdict(list)
        self._bound = {value.name for value in (*model.graph.output, *model.graph.input)}
        """Names that stand for more than what the operators here do with them."""
        for number, node in enumerate(self._nodes):
            for attribute in node.attribute:
                if node.op_type == "Constant" and attribute.name == "value":
                    self._constants[node.output[0]] = attribute.t
                for inner in [attribute.g, *attribute.graphs]:
                    self._bound.update(name for used in inner.node for name in used.input)
            self._maker.update(dict.fromkeys(node.output, number))
            for place, name in enumerate(node.input):
                if name:
                    self._takers[name].append((number, place))

    def blocks(self) -> Iterator[Block]:
        """Every set of hidden units that can be made fewer, each once."""
        covered: set[int] = set()
        for number, node in enumerate(self._nodes):
            if node.op_type in _LINEAR and number not in covered:
                units = self._units(number)
                block = self._block(number, units) if units >= LEAST_UNITS else None
                if block is not None:
                    covered |= block.makers
                    yield block

    def strongest(self, block: Block, count: int) -> npt.NDArray[np.intp]:
        """The units that stay, in their order."""
        incoming = sum(np.square(self._weights(n, block.axes[n, 1])).sum(axis=1) for n in block.makers)
        outgoing = sum(np.square(self._weights(n, block.axes[n, 1])).sum(axis=1) for n in block.takers)
        order = np.argsort(-(incoming * outgoing), kind="stable")
        return np.sort(order[:count])

    def keep(self, block: Block, kept: npt.NDArray[np.intp]) -> None:
        """Leave only these units; constants that others use too stay for them."""
        made: dict[tuple[str, int], str] = {}
        for (number, place), axis in block.axes.items():
            name = self._nodes[number].input[place]
            if (name, axis) not in made:
                array = np.ascontiguousarray(self._array(name).take(kept, axis=axis))
                made[name, axis] = f"{name}/{len(kept)}-of-{block.units}-{block.name}-{axis}"
                tensor = numpy_helper.from_array(array, made[name, axis])
                self._model.graph.initializer.append(tensor)
                self._constants[tensor.name] = tensor
            self._nodes[number].input[place] = made[name, axis]

    def finish(self) -> None:
        """Remove constants that nothing uses any more, and shapes that are no longer true."""
        graph = self._model.graph
        used = self._bound | {name for node in graph.node for name in node.input}
        left = [tensor for tensor in graph.initializer if tensor.name in used]
        idle = [node for node in graph.node if node.op_type == "Constant" and node.output[0] not in used]
        del graph.initializer[:], graph.value_info[:]
        graph.initializer.extend(left)
        for node in idle:
            graph.node.remove(node)

    def _array(self, name: str) -> Array:
        array: Array = numpy_helper.to_array(self._constants[name])
        return array

    def _dims(self, name: str) -> tuple[int, ...]:
        return tuple(self._constants[name].dims)

    def _transposed(self, number: int, which: str) -> bool:
        return any(a.name == which and a.i for a in self._nodes[number].attribute)

    def _axis(self, number: int, *, made: bool) -> int:
        """Along which axis of its weights a product counts what it makes, or what it takes in."""
        return int(made) if not self._transposed(number, "transB") else 1 - int(made)

    def _is_product(self, number: int) -> bool:
        """Is this a product with constant weights [in, out], its constants where they are expected?"""
        node = self._nodes[number]
        if node.op_type not in _LINEAR or self._transposed(number, "transA"):
            return False
        name = node.input[1]
        return name in self._constants and name not in self._bound and len(self._dims(name)) == 2

    def _units(self, number: int) -> int:
        if not self._is_product(number):
            return 0
        return self._dims(self._nodes[number].input[1])[self._axis(number, made=True)]

    def _block(self, start: int, units: int) -> Block | None:
        """The block that holds what this product makes; None if something else has to do with its units."""
        node = self._nodes[start]
        block = Block(node.name or node.output[0], units)
        waiting, seen = [node.output[0]], set()
        while waiting:
            value = waiting.pop()
            if value in seen:
                continue
            seen.add(value)
            before = None if value in self._bound else self._made_from(value, block)
            after = None if before is None else self._taken_to(value, block)
            if before is None or after is None:
                return None
            waiting += [*before, *after]
        return block if block.makers and block.takers else None

    def _made_from(self, value: str, block: Block) -> list[str] | None:
        """Further values of units that this one is made from; None if it is made of anything else."""
        number = self._maker.get(value)
        if number is None:
            return None
        node = self._nodes[number]
        if node.op_type == _QUANTIZE:
            return [node.input[0]] if value == node.output[0] else None
        if node.op_type in _LINEAR:
            return [] if self._product(number, block) else None
        if node.op_type not in _ELEMENTWISE:
            return None
        found = []
        for place, name in enumerate(node.input):
            if name in self._constants or not name:
                if not self._constant(number, place, block):
                    return None
            elif not self._is_scale(name):
                found.append(name)
        return found

    def _product(self, number: int, block: Block) -> bool:
        """Note a product that makes the units, with its bias or zero points; False if it is none."""
        node = self._nodes[number]
        if self._units(number) != block.units:
            return False
        block.makers.add(number)
        block.axes[number, 1] = self._axis(number, made=True)
        rest = 2 if node.op_type == "Gemm" else 3
        return all(self._constant(number, place, block) for place in range(rest, len(node.input)))

    def _taken_to(self, value: str, block: Block) -> list[str] | None:
        """Further values of units that are made of this one; None if it goes anywhere else."""
        found = []
        for number, place in self._takers[value]:
            node = self._nodes[number]
            if node.op_type in _ELEMENTWISE or (node.op_type == _QUANTIZE and place == 0):
                found.append(node.output[0])
            elif place == 0 and self._is_product(number):
                axis = self._axis(number, made=False)
                if self._dims(node.input[1])[axis] != block.units:
                    return None
                block.takers.add(number)
                block.axes[number, 1] = axis
            else:
                return None
        return found

    def _constant(self, number: int, place: int, block: Block) -> bool:
        """Note a constant that has a number for each unit; False if it fits them in no way."""
        name = self._nodes[number].input[place]
        if not name:
            return True
        if name not in self._constants or name in self._bound:
            return False
        dims = self._dims(name)
        if int(np.prod(dims)) == 1:
            return True
        if dims[-1] != block.units:
            return False
        block.axes[number, place] = len(dims) - 1
        return True

    def _is_scale(self, name: str) -> bool:
        """Is this the one scale or zero point of numbers that were rounded to eight bits?"""
        maker = self._maker.get(name)
        return (
            maker is not None
            and name in self._nodes[maker].output[1:]
            and self._nodes[maker].op_type == _QUANTIZE
        )

    def _weights(self, number: int, axis: int) -> npt.NDArray[np.float64]:
        """Weights [units, others] of a product as real numbers."""
        node = self._nodes[number]
        name = node.input[1]
        weights = self._array(name).astype(np.float64)
        if node.op_type == "MatMulInteger":
            scale = f"{name.removesuffix('_quantized')}_scale"
            if len(node.input) > 3 and node.input[3] in self._constants:
                weights -= self._array(node.input[3]).astype(np.float64)
            if scale in self._constants:
                weights *= self._array(scale).astype(np.float64)
        return weights if axis == 0 else weights.T
