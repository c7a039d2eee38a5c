"""The fixture that runs a command."""

from tests.cli.conftest import run as run
