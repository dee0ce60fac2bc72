"""The command line: one module a command, each of which calls one service and prints."""
