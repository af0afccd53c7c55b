"""Settings: what an operator decides once. `table` declares each, `load` reads them, `page` writes docs/settings.md.

Whoever starts a run reads `pantau.toml` once and puts what it says into the environment (`load.Settings.export`).
From there everybody reads a setting by its variable: the options of the commands, the crawler, which knows nothing
of this package, and the processes that a run starts. So a child needs no file, and a variable that somebody set
before wins over the file.
"""
