"""Class lists as schools and platforms export them, read with patience; what cannot be read is told
in one line that names the row, and no student is left out in silence."""
