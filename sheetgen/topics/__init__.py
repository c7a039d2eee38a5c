"""What there is to practise: one short function a topic, one file a family.

A topic function builds a graph without numbers and returns its outputs; its keyword parameters are
the options of the command line, its docstring is the summary, ``levels`` are its presets.
"""
