"""The command line of the experiment."""

from experiments._frame.command import command_line

main = command_line(__package__, __name__)
