"""A layout for any graph: each step stands where the by-hand method puts it, read from its op."""
