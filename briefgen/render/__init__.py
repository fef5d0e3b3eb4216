"""Graph -> pages; pure but for reading templates."""
