"""What a command imports: each heavy library only where it is used, since every run pays for it."""

import json
import subprocess
import sys

import pytest

import imgscan

HEAVY = ["duckdb", "jinja2", "numpy", "pandas", "pyarrow", "rich.progress", "textual"]
RUN = """
import json, sys
from imgscan.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.fixture
def modules(folder, environment):
    """The modules that a command leaves behind."""

    def run(*arguments: object) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *map(str, arguments)],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return set(json.loads(done.stderr.splitlines()[-1]))

    return run


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(modules, option) -> None:
    assert modules(option) & set(HEAVY) == set()


def test_help_of_a_command_imports_nothing_heavy(modules) -> None:
    assert modules("report", "--help") & set(HEAVY) == set()


def test_a_report_imports_neither_pandas_nor_duckdb(modules, sample) -> None:
    found = modules("report", sample, "-f", "all")
    assert found & set(HEAVY) == {"jinja2", "numpy", "pyarrow"}


def test_layers_are_read_while_numpy_and_arrow_are_imported(environment, sample) -> None:
    """What opens an image does without: it would be waited for before the first byte of a layer."""
    code = "import sys, imgscan; imgscan.open(sys.argv[1]); sys.exit(not {'numpy', 'pyarrow'}.isdisjoint(sys.modules))"
    command = [sys.executable, "-c", code, str(sample)]
    assert subprocess.run(command, env=environment, check=False, timeout=60).returncode == 0


def test_tables_import_neither_pandas_nor_duckdb_nor_templates(modules, sample) -> None:
    """Times with nanoseconds included, which Arrow would like to turn into pandas' own."""
    assert modules("changes", sample, "-f", "json") & set(HEAVY) == {"numpy", "pyarrow"}
    assert modules("changes", sample, "-o", "changes.parquet") & set(HEAVY) == {"numpy", "pyarrow"}


def test_sql_imports_duckdb_but_not_pandas(modules, sample) -> None:
    statement = "select max(mtime) as newest, list(digest) as digests from changes"
    assert modules("sql", sample, statement, "-f", "json") & set(HEAVY) == {"duckdb", "numpy", "pyarrow"}


def test_the_library_leaves_pandas_to_its_users(environment) -> None:
    """`import imgscan` blocks nothing: what makes commands lean is for commands only."""
    code = "import imgscan, sys; sys.exit('pyarrow' in sys.modules); "
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=60).returncode == 0
    code = "import imgscan.image, pandas; print(pandas.DataFrame({'a': [1]}).a.sum())"
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=60).returncode == 0


def test_the_version(run) -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, f"imgscan {imgscan.__version__}\n", b"")
