"""What makes numbers worth the pencil: a file of small rules for each thing that is ruled, with the
figures by which ``stress`` tells whether they hold."""
