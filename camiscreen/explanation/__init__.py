"""What an id stands for, in words: one text for the terminal and for the documentation.

Each kind of thing has one function that makes its ``Page``; ``camiscreen explain``, ``camiscreen
species`` and the files in ``docs/`` print these pages and nothing of their own.
"""
