"""The engine: runs a task in a child process, so that the window stays alive."""
