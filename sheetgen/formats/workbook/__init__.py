"""An exercise in the cells of a spreadsheet."""
