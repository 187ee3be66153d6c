"""The colours of the emotions, for the window's modules; they live in the core: reports use them too."""

from desktop_app.core.palette import KNOWN, Hue, colours_for, contrast, ink_on

__all__ = ["KNOWN", "Hue", "colours_for", "contrast", "ink_on"]
