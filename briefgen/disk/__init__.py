"""The second foundation: what the system does with files, whatever stands in them."""
