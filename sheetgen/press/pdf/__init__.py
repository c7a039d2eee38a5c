"""Pages straight to PDF operators."""
