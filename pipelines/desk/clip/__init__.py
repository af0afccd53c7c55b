"""Clip: the daily press clipping (kliping) as HTML, PDF or DOCX; `gather.gather`, then `pages` or `word`."""
