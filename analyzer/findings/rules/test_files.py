"""Tests of installed packages."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="test-files",
    title="Tests of installed packages",
    severity="size",
    meaning=(
        "Many packages for Python, Node.js and Ruby install their tests, which only test runners need. A few import "
        "them all the same: those that are known to are left out, and running the application once shows others. Tests "
        "of an application of your own are not looked for."
    ),
    bad="RUN apt-get install --yes python3-pandas",
    good="RUN apt-get install --yes python3-pandas && rm -rf /usr/lib/python3/dist-packages/pandas/tests",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/{site-packages,dist-packages}/*/**/tests",  # not test: django.test is no tests
            "**/node_modules/*/{test,tests,__tests__}",
            "**/node_modules/@*/*/{test,tests,__tests__}",
            "**/lib/python3.{?,??}/{test,idlelib/idle_test}",
            "**/gems/*/gems/*/{test,spec}",
        ),
        # scipy imports numpy._core.tests by way of numpy.testing; the others import theirs in __init__.py.
        spared=("**/{site-packages,dist-packages}/{numpy/_core,numpy/testing,astropy,h5py}/tests/**",),
    ),
)
