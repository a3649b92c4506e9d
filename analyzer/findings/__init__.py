"""Findings: what to change in a Dockerfile, and exactly what each change saves.

A rule (`rules/`, one file each) looks at the stacked layers and names entries that need not be stored; `savings` counts
their bytes, each once however many findings name it.
"""
