"""Wording: every Indonesian word, number and date that people read, once, for command line, pages, mails and files."""
