"""An exercise or a sheet -> the bytes of one kind of file."""
