"""What `emoscope doctor` found, as text for whoever is asked for help, without personal data. Knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from desktop_app import __version__


def diagnostics(
    checks: Sequence[Mapping[str, str]],
    *,
    system: str,
    home: str,
    user: str,
    host: str,
    changed: Sequence[str] = (),
) -> str:
    """A line for each check.

    Parameters
    ----------
    checks : sequence of mappings
        `name`, `status`, `detail` and `advice`, as `emoscope doctor --json` gives them.
    system : str
        Name and version of the operating system, and the processor.
    home, user, host : str
        The person's folder, and their names of themselves and the machine: they are taken out.
    changed : sequence of str
        Names of settings that are not as usual; their values are nobody's business.
    """
    lines = [f"Emoscope {__version__}", f"System: {system}"]
    lines.append(f"Changed settings: {', '.join(changed) or 'none'}")
    for check in checks:
        detail, advice = check["detail"], check["advice"]
        if check["name"].startswith("microphone"):  # people name them after themselves
            detail, advice = (
                ("opens", "") if check["status"] == "ok" else ("does not open, or is not there", "")
            )
        lines.append(f"{check['status']:8} {check['name']}: {detail}")
        if advice:
            lines.append(f"{'':8} {advice}")
    text = "\n".join(lines) + "\n"
    if len(home) > 1:
        text = text.replace(home, "~")
    for name, instead in ((user, "USER"), (host, "HOST")):
        if len(name) > 1:
            text = re.sub(rf"(?<![\w]){re.escape(name)}(?![\w])", instead, text)
    return text
