"""Marks of a class: the points that were given, checked, and as a gradebook takes them."""
