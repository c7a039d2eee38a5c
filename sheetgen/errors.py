"""The one exception that users see."""


class SheetgenError(Exception):
    """A problem that the user can solve; its text is one line."""
