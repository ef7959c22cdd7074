"""From nothing to a running platform: virtual environment, embedded services, commands.

Standard library only: these modules run before anything is installed.
"""
