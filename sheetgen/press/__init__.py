"""Pages of items -> PDF and HTML."""
