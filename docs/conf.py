"""How the documentation becomes a site: Sphinx, Markdown by MyST, the theme furo.  make docs  builds it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import briefgen

project = "briefgen"
author = "the briefgen authors"
copyright = "the briefgen authors"
release = version = briefgen.__version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wrap.css"]
html_title = "briefgen"
html_show_sphinx = False
html_copy_source = False
