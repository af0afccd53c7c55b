"""The reference site: eight invented newsrooms with heavy pages, for timing crawls and readings of them."""
