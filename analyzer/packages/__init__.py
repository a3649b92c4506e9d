"""Packages: who installed the files. One file an ecosystem; `model` has what they share."""
