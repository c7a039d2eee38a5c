"""A net in the words of PyTorch: how they are read, and what each builds."""
