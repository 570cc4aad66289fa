"""Telegram's Bot API: asking it, and writing what it takes."""
