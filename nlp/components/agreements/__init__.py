"""Agreements: instruments between parties.

component.py runs the others in this order: it puts the entities right that name an instrument; for each of these mentions
parties.py reads who signs with whom (party_names.py: how the parties are written) and facts.py the status;
instruments.py groups the mentions that name the same instrument; facts.py then reads date, place, subject and
signatories of each group, of which component.py makes an Agreement.
"""
