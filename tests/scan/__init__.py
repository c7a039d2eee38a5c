"""Tests of the room that reads scans."""
