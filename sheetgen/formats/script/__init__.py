"""An exercise as code: what a script and a notebook of it have in common."""
