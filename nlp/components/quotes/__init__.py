"""Quotes: speech, direct and told, and who says it.

component.py runs after the officials: speech.py finds the pieces in quotation marks, component.py the verb of saying
beside each and its subject, and which full name the speaker's short one stands for (speakers.py). indirect.py finds what a clause tells of somebody's words.
"""
