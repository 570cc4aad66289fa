"""Errors of the product itself, told to the on-call chat: grouped, counted, without secrets, never in the way.

Knows neither models nor the database: it must work when they do not.
"""
