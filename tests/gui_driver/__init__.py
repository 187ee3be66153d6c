"""Drives the program as a person does: clicks and keys on a virtual screen, read as by a screen reader."""
