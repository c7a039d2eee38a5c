"""Nets without numbers: nodes, ops, gradients; and exact numbers to run them with."""
