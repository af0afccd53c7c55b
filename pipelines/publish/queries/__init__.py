"""The SQL of the pages: parameterised, each query with an index to walk. Rows leave as dictionaries.

Nothing here knows of requests or markup.
"""
