"""The rule components around the trained ner. Each takes a document's Doc, adds to it, and hands it on.

They run in the order of nlp/config/pipeline.cfg, which asks for them by the names in factories.py:

    sentences -> (tok2vec, ner) -> repair -> laws -> places -> officials -> agreements -> quotes

What several of them need stands beside them: names.py and people.py (people's names), posts.py (posts and their
institutions), speech_verbs.py, dates.py, matching.py. A module imports only from those before it: shared ones from
none of the components, and no component from one that runs after it.

Comments on patterns give an example of what each matches; where text around it is shown, bars enclose the match:
"MoU |antara |A dan B".
"""
