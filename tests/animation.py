"""A film of the window while the demo plays, for the README.

    python -m tests.animation [--out FILE.webp] [--theme light|dark] [--seconds N]

It is the real program behind the real window, without a screen; a picture is taken ten times a second. Needs
Pillow.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIZE = (960, 640)
WIDTH = 800
PER_SECOND = 10
LARGEST = 3_000_000
"""Bytes: whoever opens the README downloads it."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.animation")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots" / "demo.webp")
    parser.add_argument("--theme", choices=("light", "dark"), default="dark")
    parser.add_argument("--from", dest="start", type=float, default=0.5, help="second of the demo")
    parser.add_argument("--seconds", type=float, default=19.5)
    args = parser.parse_args(argv)
    frames = film(args.theme, args.start, args.seconds)
    size = write(frames, args.out)
    print(f"{args.out}: {len(frames)} pictures, {size / 1e6:.1f} MB")
    return 0 if size < LARGEST else 1


def film(theme: str, start: float, seconds: float) -> list[bytes]:
    """Pictures of the window as RGB, [height, width, 3] bytes each, from `start` in s of the demo."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    from tests.window_stage import Stage

    model = next(iter(sorted((ROOT / "models" / "zoo").glob("*.onnx"))))
    stage = Stage(model)
    stage.theme.set_mode(theme)
    frames: list[bytes] = []
    with stage.clean():
        window = stage.open()
        window.resize(*SIZE)
        stage.until(lambda: window.model.now_s >= start)
        # Times are those of the demo: on a busy machine pictures would come late otherwise.
        for number in range(round(seconds * PER_SECOND)):
            due = start + number / PER_SECOND
            stage.until(lambda due=due: window.model.now_s >= due)  # type: ignore[misc]
            picture = window.grab().toImage()
            picture = picture.scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)
            picture = picture.convertToFormat(QImage.Format.Format_RGB888)
            line = 3 * picture.width()
            data, stride = bytes(picture.constBits()), picture.bytesPerLine()
            frames.append(
                b"".join(data[row * stride : row * stride + line] for row in range(picture.height()))
            )
        stage.close()
    return frames


def write(frames: list[bytes], path: Path) -> int:
    """Write an animated WebP that plays for ever; returns its size in bytes."""
    from PIL import Image

    height = len(frames[0]) // (3 * WIDTH)
    pictures = [Image.frombytes("RGB", (WIDTH, height), frame) for frame in frames]
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=round(1000 / PER_SECOND), loop=0,
        quality=70, method=4, minimize_size=False,
    )  # fmt: skip
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
