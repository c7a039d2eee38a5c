"""A class in one command."""
