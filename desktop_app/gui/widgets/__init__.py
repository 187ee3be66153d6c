"""The parts of the window; each draws itself from the theme's tokens."""
