"""A short run of the fuzzer: cut off, flipped, rearranged and odd images are read or refused, and nothing else.

`python -m tests.fuzz.run` does the same for as long as you like, and cuts at every byte.
"""

import random

import pytest

from tests.fuzz.damage import DAMAGES
from tests.fuzz.samples import samples
from tests.fuzz.trial import attempt

SAMPLES = samples()
FORMS = pytest.mark.parametrize("form", SAMPLES)


@FORMS
def test_the_samples_themselves_are_read(tmp_path, form):
    assert attempt(SAMPLES[form], tmp_path / "image.tar") == "read"


@FORMS
def test_an_archive_cut_off_at_any_byte_is_read_or_refused(tmp_path, form):
    content = SAMPLES[form]
    step = max(1, len(content) // 250)
    around_blocks = {at + shift for at in range(0, len(content), 512) for shift in (-1, 0, 1)}
    lengths = sorted({*range(0, len(content), step), *around_blocks, *range(len(content) - 30, len(content))})
    outcomes = {attempt(content[:length], tmp_path / "image.tar") for length in lengths if length >= 0}
    assert outcomes & {"ArchiveReadError", "LayerReadError", "UnrecognizedImageError"}


@FORMS
@pytest.mark.parametrize("how", ["flipped", "rearranged"])
def test_damaged_bytes_are_read_or_refused(tmp_path, form, how):
    for seed in range(150):
        attempt(DAMAGES[how](SAMPLES[form], random.Random(seed)), tmp_path / "image.tar")


@pytest.mark.parametrize("how", ["odd layer", "odd metadata", "odd list"])
def test_odd_values_behind_right_digests_are_read_or_refused(tmp_path, how):
    for seed in range(300):
        attempt(DAMAGES[how](b"", random.Random(seed)), tmp_path / "image.tar")
