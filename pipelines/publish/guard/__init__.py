"""The guard before every address: who may see and who may write, the login, signed feeds, headers, forms.

It knows nothing of the pages. The one page that it shows, the error page, is handed in by `pipelines.publish.plugin`.
"""
