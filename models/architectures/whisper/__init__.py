"""The network that ships: Whisper's encoder, a head that knows voices, and the parts that tell doubt."""
