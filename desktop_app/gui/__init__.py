"""The window; the only room that imports PySide6."""

import os

# PySide6 makes its Python types when they are first used. While one thread does, another must not (that which
# imports plots, or answers a screen reader): the process would crash. All at once take a tenth of a second.
os.environ.setdefault("PYSIDE6_OPTION_LAZY", "0")
