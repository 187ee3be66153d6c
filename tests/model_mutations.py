"""Model files with something wrong in them, drawn by a seed, and what becomes of each.

`python -m tests.model_mutations 500` loads as many, each from its file, as the program does, and prints a
table; exit code 1 if any ended otherwise than in a model or a sentence.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import psutil
from onnx import numpy_helper

sys.path.insert(0, str(Path(__file__).parent))

MOST_BYTES = 600e6
MOST_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated file: what was done to it, and its content."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: ``loaded``, ``refused`` with a sentence, or what must not be."""

    result: str
    sentence: str
    code: str
    seconds: float
    peak_bytes: int

    @property
    def is_right(self) -> bool:
        """Whether it ended as it should: soon, with little memory, in a model or a sentence."""
        return (
            self.result in {"loaded", "refused"}
            and self.seconds < MOST_SECONDS
            and self.peak_bytes < MOST_BYTES
        )


def mutants(originals: list[bytes], count: int, seed: int = 0) -> Iterator[Mutant]:
    """`count` mutated files, the same for the same seed."""
    kinds = [
        _flip_bits,
        _cut,
        _drop_inside,
        _splice,
        _repeat,
        _field_length,
        _text,
        _attribute,
        _dims,
        _numbers,
        _wires,
        _operator,
        _types,
        _manifest_number,
        _manifest_text,
        _version,
    ]
    for index in range(count):
        rng = random.Random(f"{seed}/{index}")
        kind = kinds[index % len(kinds)]
        original = originals[(index // len(kinds)) % len(originals)]
        yield Mutant(kind.__name__.strip("_").replace("_", " "), kind(original, rng))


def _flip_bits(content: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(rng.choice((1, 2, 8, 64))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(1, len(content))]


def _drop_inside(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + content[at + rng.choice((1, 4, 100)) :]


def _splice(content: bytes, rng: random.Random) -> bytes:
    size = rng.choice((1, 8, 200))
    source, target = rng.randrange(len(content)), rng.randrange(len(content))
    return content[:target] + content[source : source + size] + content[target:]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    """A field of the whole model a second time, or all of it."""
    return content + (content if rng.random() < 0.3 else content[rng.randrange(len(content)) :])


def _field_length(content: bytes, rng: random.Random) -> bytes:
    """A length of a field, or anything else of one byte, as large as can be."""
    at = rng.randrange(min(len(content), 2000))
    huge = b"\xff\xff\xff\xff\x07" if rng.random() < 0.5 else b"\xff" * 9 + b"\x01"
    return content[:at] + huge + content[at + 1 :]


def _parsed(content: bytes) -> onnx.ModelProto:
    return onnx.load_model_from_string(content)


_BAD_TEXTS = (b"\xff\xfe\xfd", b"", b"\x00", b"a\nb", b"\xed\xa0\x80", b"x" * 100_000, "é".encode("latin-1"))


def _text(content: bytes, rng: random.Random) -> bytes:
    """A name, of a value, operator, axis, producer or metadata, that is no text or a strange one."""
    model = _parsed(content)
    names = sorted(
        {v.name for v in (*model.graph.input, *model.graph.output, *model.graph.initializer)}
        | {name for node in model.graph.node for name in (*node.input, *node.output, node.op_type) if name}
        | {"batch", "samples", "emoscope.manifest", model.graph.name}
    )
    chosen = rng.choice([name for name in names if len(name) > 2]).encode()
    bad = rng.choice([text[: len(chosen)].ljust(len(chosen), b"\xff") for text in _BAD_TEXTS])
    places = content.count(chosen)
    return content.replace(chosen, bad, rng.randint(1, max(1, places)))


def _attribute(content: bytes, rng: random.Random) -> bytes:
    model = _parsed(content)
    having = [node for node in model.graph.node if node.attribute]
    attribute = rng.choice(rng.choice(having).attribute)
    attribute.i = rng.choice((-1, 0, 1, 2**31, 2**62, -(2**63)))
    if attribute.ints:
        attribute.ints[rng.randrange(len(attribute.ints))] = attribute.i
    if rng.random() < 0.3:
        attribute.type = rng.randrange(15)
    return model.SerializeToString()


def _dims(content: bytes, rng: random.Random) -> bytes:
    model = _parsed(content)
    tensor = rng.choice(model.graph.initializer)
    tensor.dims[:] = [rng.choice((0, 1, 3, 2**20, 2**31, 2**62, -1)) for _ in range(rng.randint(0, 4))]
    return model.SerializeToString()


def _numbers(content: bytes, rng: random.Random) -> bytes:
    """A weight or a constant that is no number, or a huge one."""
    model = _parsed(content)
    tensor = rng.choice(model.graph.initializer)
    values = numpy_helper.to_array(tensor).copy()
    flat = values.reshape(-1)
    if flat.dtype.kind == "f":
        flat[rng.randrange(len(flat))] = rng.choice((np.nan, np.inf, -np.inf, 3e38, 1e-40))
    else:
        flat[rng.randrange(len(flat))] = rng.choice((-(2**31), 2**31 - 1, -1, 0, 2, 2**30))
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return model.SerializeToString()


def _wires(content: bytes, rng: random.Random) -> bytes:
    """An operator that takes, or gives, another value than it should: cycles and dangling ends among them."""
    model = _parsed(content)
    values = [name for node in model.graph.node for name in (*node.input, *node.output)]
    node = rng.choice([node for node in model.graph.node if node.input])
    side = node.input if rng.random() < 0.7 else node.output
    side[rng.randrange(len(side))] = rng.choice([*values, "nowhere", ""])
    return model.SerializeToString()


def _operator(content: bytes, rng: random.Random) -> bytes:
    model = _parsed(content)
    known = [
        "Tile",
        "Expand",
        "ConstantOfShape",
        "Range",
        "NonZero",
        "Loop",
        "Scan",
        "Einsum",
        "Cast",
        "Nope",
    ]
    node = rng.choice(model.graph.node)
    node.op_type = rng.choice(known)
    if rng.random() < 0.2:
        node.domain = "elsewhere"
    return model.SerializeToString()


def _types(content: bytes, rng: random.Random) -> bytes:
    model = _parsed(content)
    value = rng.choice([*model.graph.input, *model.graph.output])
    kind = value.type.tensor_type
    if rng.random() < 0.4:
        kind.elem_type = rng.randrange(24)
    elif rng.random() < 0.5 and kind.shape.dim:
        rng.choice(kind.shape.dim).dim_value = rng.choice((0, 1, 7, 2**40, -5))
    else:
        kind.shape.dim.add().dim_value = 1
    return model.SerializeToString()


def _with_manifest(content: bytes, change: str, by: str, rng: random.Random) -> bytes:
    model = _parsed(content)
    (prop,) = model.metadata_props
    prop.value = (
        prop.value.replace(change, by, 1) if rng.random() < 0.9 else prop.value[: len(prop.value) // 2]
    )
    return model.SerializeToString()


_NUMBERS = (
    "1e-299",
    "1e999",
    "-1",
    "0",
    "NaN",
    "1e308",
    "9" * 5000,
    "600",
    '"8"',
    "null",
    "[" * 2000,
    "0.01",
)


def _manifest_number(content: bytes, rng: random.Random) -> bytes:
    fields = (
        "min_seconds",
        "max_seconds",
        "temperature",
        "abstain_below",
        "sample_rate",
        "seconds",
        "tolerance",
    )
    field = rng.choice((*fields, "format_version"))
    text = _parsed(content).metadata_props[0].value
    start = text.index(f'"{field}":')
    end = min(text.find(mark, start) for mark in ",}\n" if text.find(mark, start) > 0)
    return _with_manifest(content, text[start:end], f'"{field}": {rng.choice(_NUMBERS)}', rng)


def _manifest_text(content: bytes, rng: random.Random) -> bytes:
    change = rng.choice(('"name"', '"labels"', "neutral", "happy", "MIT", "chirp-v1", '"metrics": {', "{"))
    by = rng.choice(
        ('"nom"', "\\ud800", "\\u0000", "x" * 5000, "", "[", '{"a": ' * 500, '"metrics": {"x": 1e999,')
    )
    return _with_manifest(content, change, by, rng)


def _version(content: bytes, rng: random.Random) -> bytes:
    model = _parsed(content)
    if rng.random() < 0.5:
        model.ir_version = rng.choice((0, 1, 99, 2**40))
    else:
        model.opset_import[0].version = rng.choice((0, 1, 6, 99, 2**40))
    return model.SerializeToString()


def originals() -> list[bytes]:
    """A tiny model without and with a voice profile, and one with convolutions and matrix products."""
    sys.path.insert(0, str(Path(__file__).parent / "export"))
    from small_models import cnn, mlp
    from tiny_model import make_tiny_model

    with tempfile.TemporaryDirectory() as folder:
        tiny = [make_tiny_model(Path(folder) / "m.onnx", voice=voice).read_bytes() for voice in (False, True)]
    return [*tiny, cnn(), mlp()]


def judge(mutant: Mutant, folder: Path) -> Outcome:
    """Load and warm up one, as the program does, and see what comes of it."""
    from desktop_app.core.errors import EmoscopeError
    from desktop_app.inference.engine import EmotionEngine

    path = folder / "mutant.onnx"
    path.write_bytes(mutant.content)
    here, peak, sentence, code = psutil.Process(), 0, "", ""
    before = here.memory_info().rss  # other tests ran in this process too

    def watch() -> bool:
        nonlocal peak
        peak = max(peak, here.memory_info().rss - before)
        for process in here.children():
            try:
                peak = max(peak, process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        return False

    started = time.monotonic()
    try:
        engine = EmotionEngine.load(path, "cpu", cancel=watch)
        engine.warm_up()
        answer = engine.predict(np.sin(np.arange(31_000, dtype=np.float32) / 9))
        result = "loaded" if abs(sum(answer.probabilities) - 1) < 1e-6 else "no distribution"
        engine.close()
    except EmoscopeError as error:
        sentence, code = error.message, error.code
        result = (
            "refused" if sentence and "\n" not in sentence and "Traceback" not in sentence else "bad sentence"
        )
    except Exception as error:  # noqa: BLE001 - what must not be is what is looked for
        result, sentence = type(error).__name__, str(error)
    watch()
    return Outcome(result, sentence, code, time.monotonic() - started, peak)


def main() -> int:
    """Judge as many as the call says, and print a table."""
    parser = argparse.ArgumentParser(description="Load mutated model files.")
    parser.add_argument("count", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    table: Counter[tuple[str, str]] = Counter()
    codes: Counter[str] = Counter()
    wrong: list[tuple[int, Mutant, Outcome]] = []
    slowest = largest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for index, mutant in enumerate(mutants(originals(), options.count, options.seed)):
            outcome = judge(mutant, Path(folder))
            table[mutant.kind, outcome.result] += 1
            codes[outcome.code or outcome.result] += 1
            slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.peak_bytes)
            if not outcome.is_right:
                wrong.append((index, mutant, outcome))
            if sys.stderr.isatty():
                print(f"\r{index + 1} of {options.count} ", end="", file=sys.stderr, flush=True)
    results = sorted({result for _, result in table})
    print(f"{'':<16}" + "".join(f"{result:>16}" for result in results))
    for kind in dict.fromkeys(kind for kind, _ in table):
        print(f"{kind:<16}" + "".join(f"{table[kind, result]:>16}" for result in results))
    print(", ".join(f"{code} {count}" for code, count in codes.most_common()))
    print(f"slowest {slowest:.1f} s, largest {largest / 1e6:.0f} MB, wrong {len(wrong)} of {options.count}")
    for index, mutant, outcome in wrong:
        took = f"{outcome.seconds:.1f} s, {outcome.peak_bytes / 1e6:.0f} MB"
        print(f"{index} {mutant.kind}: {outcome.result}, {took}")
        print(f"    {outcome.sentence[:300]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
