"""What gates look for unless they are told otherwise; nothing else is here, as commands ask for it at their start."""

BASELINE_FILE = "imgscan-baseline.toml"
"""Where `imgscan baseline` keeps what images weigh."""
