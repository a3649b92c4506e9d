"""The tar format itself: header fields, PAX and GNU records, sparse maps, whole archives member by member.

Everything here is exact and handles one entry at a time; `analyzer.layers.walk` is the fast path for layers.
"""
