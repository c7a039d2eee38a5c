"""What stands on a page: items, the algebra of figures, the theme, the marks of each item."""
