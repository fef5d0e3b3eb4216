"""briefgen: briefs that show each claim with its speaker, its denials and the words it rests on."""

__version__ = "0.1.0"
