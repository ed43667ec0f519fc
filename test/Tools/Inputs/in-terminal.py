"""Runs a command whose outputs are a terminal, and prints what that received.

Usage: in-terminal.py [--columns N] [NAME=VALUE...] COMMAND...

Control characters are printed as \\x1b and the like, a carriage return as a new
line. Ends with the command's status.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

words = sys.argv[1:]
columns = 80
if words[0] == "--columns":
    columns = int(words[1])
    words = words[2:]
environment = dict(os.environ, TERM="xterm")
environment.pop("NO_COLOR", None)
while "=" in words[0]:
    name, value = words.pop(0).split("=", 1)
    environment[name] = value

child, terminal = pty.fork()
if child == 0:
    # Only now does the terminal have a width; the program asks for it later.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvpe(words[0], words, environment)
received = b""
while True:
    try:
        block = os.read(terminal, 65536)
    except OSError:  # The other end is closed.
        break
    if not block:
        break
    received += block
_, status = os.waitpid(child, 0)
text = received.decode().replace("\r\n", "\n").replace("\r", "\n")
print("".join(c if c == "\n" or c >= " " else f"\\x{ord(c):02x}" for c in text))
sys.exit(os.waitstatus_to_exitcode(status))
