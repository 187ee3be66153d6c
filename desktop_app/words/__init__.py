"""What is said: Whisper models, and the process that runs them; the only importer of faster-whisper."""
