"""What --profile means: whose voice the engine hears."""

from __future__ import annotations

from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfile
from desktop_app.inference.voice_profile_file import load_profile


def use_profile(engine: EmotionEngine, path: str | None) -> VoiceProfile | None:
    """Let `engine` hear the person whose profile lies at `path`, if one is given."""
    if path is None:
        return None
    profile = load_profile(path, engine.voice_model)
    engine.set_profile(profile)
    return profile
