"""What machines send: formats, the way from a message to its incidents, and the doors to both."""
