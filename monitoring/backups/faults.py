"""What can stand in the way of a backup, in words for whoever looks after the machine."""


class Fault(Exception):
    """A backup cannot be made, read or restored; the text says why and what to do."""


class Damaged(Fault):
    """An archive is not, byte for byte, what was written."""


class LeaseLost(Fault):
    """Somebody else took over because this process was silent for too long."""
