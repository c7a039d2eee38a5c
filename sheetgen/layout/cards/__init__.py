"""Several small exercises on a page: a card each."""
