"""An exercise -> pages of items."""
