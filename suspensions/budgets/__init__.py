"""How much of its allowed downtime a process has used, what is left, and who must hear of it."""
