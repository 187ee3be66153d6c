"""Verification of a finished file: it is run in a process of its own and compared with the trained model."""
