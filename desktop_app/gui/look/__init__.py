"""Colours, sizes, icons and motion."""
