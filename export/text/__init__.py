"""Text models: a trained classifier of text to a file, made smaller, and described."""
