"""The way out to addresses on the web."""
