"""How Sphinx makes the site of the pages in this folder: ``sphinx-build --fail-on-warning docs build/site``."""

from __future__ import annotations

from prodlint import __version__

project = "prodlint"
author = "The prodlint developers"
project_copyright = "the prodlint developers"
version = release = __version__

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True
highlight_language = "text"  # a block without a language is no Python

myst_heading_anchors = 4  # links name headings as forges do

html_theme = "furo"
html_title = "prodlint"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
