"""What readers see as markup: marked texts, differences, charts, maps, feeds. All of it is escaped here.

Nothing here knows of requests or SQL.
"""
