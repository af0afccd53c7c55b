"""The pages: a Datasette plugin that shows the database to people.

    serve, plugin   tie the parts to Datasette, and Datasette to a port
    views/          one module a kind of page: reads the address, asks queries, has show draw
    queries/        the SQL
    show/           the markup: marked texts, charts, maps, feeds
    guard/          before every address: who may see and write, the login, headers, forms
    snapshot        `pantau publish`: the copy for everybody
    templates/, static/

Imports go one way: serve, plugin -> views -> queries, show, guard. None of the last three knows another, and none
knows views.
"""
