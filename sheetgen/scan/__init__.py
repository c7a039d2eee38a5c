"""From paper back to marks: scanned sheets, read box by box, marked on a screen, handed back."""
