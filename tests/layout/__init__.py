"""From an exercise to pages."""
