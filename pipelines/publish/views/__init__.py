"""The pages: each view reads the address, asks `queries`, has `show` draw, and hands a template what it shows.

Routes: `pipelines.publish.plugin`.
"""
