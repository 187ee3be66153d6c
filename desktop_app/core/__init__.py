"""Signal and timing logic: numpy, the standard library and soxr alone."""
