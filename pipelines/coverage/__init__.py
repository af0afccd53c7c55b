"""Coverage: which articles of the media took up a press release, and what became of it there.

New articles go through features -> index -> compare -> labels; `update.update` ties them together after processing.
"""
