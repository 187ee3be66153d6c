"""Emoscope: a live analyzer that shows how likely each emotion is in a voice."""

__version__ = "0.1.0"
