"""The files of `content/` and the model: reading, checking shapes and quotes, writing."""
