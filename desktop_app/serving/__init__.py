"""A service over HTTP: the same analysis and live engine as the window and the terminal."""
