"""Clips on their way to a model: tables, sounds, features, batches."""
