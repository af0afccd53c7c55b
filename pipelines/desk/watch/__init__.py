"""Watches: saved searches (`saved`) whose new stories become a digest (`digest`) that is sent (`send`)."""
