"""Numbers that a pencil can follow, from a graph and a seed."""
