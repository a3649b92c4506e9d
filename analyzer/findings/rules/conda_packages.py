"""What conda leaves: packages as downloaded and as unpacked."""

from __future__ import annotations

from ...globs import Globs
from ..edits import at_the_end
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="conda-packages",
    title="Package cache of conda or mamba",
    severity="waste",
    meaning=(
        "conda keeps each package in pkgs/, packed and unpacked. What environments have as hard links costs "
        "nothing more, and is not counted; all else is."
    ),
    bad="RUN conda install --yes numpy",
    good="RUN conda install --yes numpy && conda clean --all --yes",
    find=left_behind(at_the_end("conda clean --all --yes")),
    globs=Globs(
        directories=(
            "**/{conda,.conda,miniconda,anaconda,miniforge,mambaforge}/pkgs",
            "**/{miniconda,anaconda,miniforge,mambaforge}3/pkgs",
            "**/{mamba,.mamba,micromamba}/pkgs",
        ),
    ),
)
