"""All that a student reads."""
