"""One YAML file a model: what it learns from, what it is, and how it is fitted."""
