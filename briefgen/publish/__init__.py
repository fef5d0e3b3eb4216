"""Pages -> the world."""
