"""Urgent matters: raised by anybody with a role, told to leaders at once, day and night."""
