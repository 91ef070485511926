"""The demonstration: the main job in the real window, with screenshots."""
