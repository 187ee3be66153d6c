"""Protocols and figures: speaker-disjoint folds, UAR, calibration, intervals."""
