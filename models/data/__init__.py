"""Clips as training takes them: in batches, changed at random, as embeddings, by speaker."""
