#!/usr/bin/env python3
"""Runs a command on a pseudo terminal of 24 rows and 90 columns: types standard input into it line by line, prints what
it shows, exits with its code. Types a line only when the terminal has been quiet for a moment, as a person would."""
import fcntl, os, pty, select, struct, sys, termios

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
pending = sys.stdin.buffer.read().splitlines(keepends=True)
seen = False
while True:
    ready, _, _ = select.select([terminal], [], [], 0.4)
    if ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says EIO when the last user of the terminal is gone
            break
        if not data:
            break
        seen = True
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif pending and seen:
        os.write(terminal, pending.pop(0))
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
