"""A topic with numbers: settings, recipes, blanks, given numbers, carried errors."""
