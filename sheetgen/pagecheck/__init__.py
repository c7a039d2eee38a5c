"""The page check: a second reader takes each page as a student sees it, and holds what it says
against the numbers that it shows, before anything is printed."""
