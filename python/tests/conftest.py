"""What all tests need."""

import signal

# A shell has programs in the background ignore Ctrl-C; tests send it to themselves.
if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.default_int_handler)
