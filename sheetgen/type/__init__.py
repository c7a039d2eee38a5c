"""Letters: fonts, how wide a text is, markup, texts that must fit."""
