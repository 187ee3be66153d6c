"""`python -m desktop_app.gui.qt_starts` ends with 0 if Qt starts here; where not, Qt ends the process."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication


def main() -> int:
    """Start Qt, and do nothing."""
    QApplication([])
    return 0


if __name__ == "__main__":
    sys.exit(main())
