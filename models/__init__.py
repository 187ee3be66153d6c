"""What is trained: corpora, features, architectures, training, evaluation. Needs the extra `train`."""
