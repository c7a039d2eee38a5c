"""The local web page: what the command line does, by knobs."""
