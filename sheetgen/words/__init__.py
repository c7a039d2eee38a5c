"""All that a student reads: labels, sentences, sums, checks, notes."""
