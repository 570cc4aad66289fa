"""How the downtime journal is written on the wire."""
