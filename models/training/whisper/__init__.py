"""The strategy of the Whisper network alone: two heads and a gate, voices, speech, novelty, fine-tuning."""
