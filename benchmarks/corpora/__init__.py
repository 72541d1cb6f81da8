"""Catalogues that others published, turned into the exchange format: one program for each."""
