"""Readers: confined processes in which what strangers made (documents, pictures) is opened.

This file imports nothing: the processes load it. Ours is `readers.asking`; theirs are `waiting` and what it calls.
"""
