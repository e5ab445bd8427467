"""Zalo: an emulator of the Bot Platform, people with phones, and clients that try it."""
