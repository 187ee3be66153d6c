"""Front ends: from a waveform to what an encoder reads."""
