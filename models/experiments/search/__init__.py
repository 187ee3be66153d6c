"""The search for a model: families, their parameters, features and how they are pooled."""
