"""What a stretch of sound consists of: spectra, features, resonances, and what of it a model answers to."""
