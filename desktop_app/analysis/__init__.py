"""A recording, several, or a folder of them, analyzed: the one service behind the window and the commands."""
