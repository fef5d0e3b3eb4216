"""The words everything else is written in: pure, without disk, network or third-party code."""
