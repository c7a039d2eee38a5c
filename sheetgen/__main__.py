"""``python -m sheetgen``: the same as the command."""

from sheetgen.cli.main import main

if __name__ == "__main__":
    main()
