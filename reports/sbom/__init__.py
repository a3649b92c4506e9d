"""The packages of an image as a bill of materials, in the formats that scanners and auditors read.

Either module has ``render(packages, image)``; the libraries are imported only when it is called.
"""
