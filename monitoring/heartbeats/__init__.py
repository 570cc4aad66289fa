"""Heartbeats: jobs of others that say when they were done, and are missed when they do not."""
