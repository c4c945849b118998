"""The command line. It parses, calls and prints; what it calls knows nothing of it."""
