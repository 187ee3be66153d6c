"""A run of `train` or `league` as one page (`emoscope-models report`)."""
