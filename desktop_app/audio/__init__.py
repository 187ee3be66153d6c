"""Everything that opens a device or decodes a file; the only room that imports sounddevice and pyaudio."""
