"""The error that a person can mend: wrong usage, a bad file, a database that is not ours."""

from __future__ import annotations


class UserError(Exception):
    """One line that names the file, line or URL at fault and says what to do; the command line exits with 2."""
