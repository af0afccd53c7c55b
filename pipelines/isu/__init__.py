"""Isu: articles of all outlets that tell of one event, or one concrete issue, as one story."""
