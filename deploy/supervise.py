"""The supervisor that `manage.py up` becomes: supervisord, for which a closed terminal means what Ctrl-C means.

Its own answer to a hang-up is to start everything again, and then to die of the first line it cannot print.
"""

import os
import signal
import sys

from supervisor.options import ServerOptions
from supervisor.supervisord import go


class Options(ServerOptions):
    on_terminal = os.isatty(1)

    def setsignals(self):
        ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # under nohup
        super().setsignals()
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else self.hang_up)

    def hang_up(self, number, frame):
        self.on_terminal = False
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        self.signal_receiver.receive(signal.SIGTERM, frame)

    def get_signal(self):
        """Asked for every second: the hang-up itself reaches only the terminal's first process, such as make."""
        if self.on_terminal and not os.isatty(1):
            self.hang_up(signal.SIGHUP, None)
        return super().get_signal()


if __name__ == "__main__":
    options = Options()
    options.realize(sys.argv[1:], doc=__doc__)
    options.first, options.test = True, False
    go(options)
