"""What was typed; the only package that prints, exits and asks a terminal."""
