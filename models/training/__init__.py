"""From corpora to a checkpoint: cached embeddings, head, temperature, abstention."""
