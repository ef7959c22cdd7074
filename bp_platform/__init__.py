"""The ground floor and the roof of the platform.

Kept empty: the bootstrap is imported from here before anything is installed.
"""
