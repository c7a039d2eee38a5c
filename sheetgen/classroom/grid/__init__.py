"""The grid: a whole class's checkpoints and final answers on a page or two, for fast marking."""
