"""What is said: Whisper models and text models, and the process that runs them; the only importer of
faster-whisper and tokenizers.
"""
