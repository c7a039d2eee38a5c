"""Every answer a second way."""
