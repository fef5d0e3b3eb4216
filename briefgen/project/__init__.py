"""One site's folder: its settings and where its things are."""
