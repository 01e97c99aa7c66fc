"""The manual: docs/*.md as a site and as one PDF, its links checked."""
