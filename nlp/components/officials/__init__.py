"""Officials: named people who hold posts.

component.py runs the others in this order: scene.py reads the names, posts and institutions of a document from the ner's
entities and puts its slips right; links.py decides, by the patterns of patterns.py, which post belongs to which name;
component.py then makes one Official of each person, with the fullest of their posts.
"""
