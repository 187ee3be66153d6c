"""Smaller files of a finished one: int8, half precision, and what each costs in figures and milliseconds."""
