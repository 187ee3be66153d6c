"""Where trained models come from: checkpoints, torch modules, Hugging Face folders, scikit-learn."""
