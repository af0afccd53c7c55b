"""Agreements: instruments between parties.

component.py puts the entities right that name an instrument, and has anchors.py find every phrase that may name an
agreement. What is likely one (learnt.py, by the words around it in cues.py) is a mention, of which parties.py reads who
signs with whom and facts.py the status. weighing.py has instruments.py group the mentions of one instrument, and the
models judge each group, the bodies that may be its parties (bodies.py), its dates and its status (judging.py). facts.py
reads place, subject and signatories, party_names.py says how parties are written, lists.py parts what a list tells at
once. What the rules of parties.py and facts.py read are features of the models like others.
"""
