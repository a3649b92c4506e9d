"""What `imgscan sql` answers, and what it does not: it asks the tables of an image, and reaches nothing else."""

import json

import pytest

from analyzer.errors import QueryError

OUTSIDE = [
    "copy rootfs to '{folder}/stolen.csv'",
    "copy (select 1) to '{folder}/stolen.parquet' (format parquet)",
    "export database '{folder}/stolen'",
    "attach '{folder}/new.db'",
    "attach '{folder}/new.db' as other; create table other.stolen as from rootfs",
    "install httpfs",
    "load httpfs",
    "load '{folder}/extension.so'",
    "create secret (type s3)",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set lock_configuration = false",
    "set allowed_paths = ['{folder}']",
    "set home_directory = '{folder}'",
]


@pytest.mark.parametrize("after", ["", "; select 1"])
@pytest.mark.parametrize("statement", OUTSIDE)
def test_sql_reaches_nothing_outside(sample, statement, after, printed, tmp_path) -> None:
    """Neither alone, where it has no result, nor in front of a query."""
    with pytest.raises(QueryError):
        printed("sql", sample, statement.format(folder=tmp_path) + after)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{file}')",
        "read_text('{file}')",
        "read_blob('{file}')",
        "read_json('{file}')",
        "read_parquet('{file}')",
        "sniff_csv('{file}')",
        "'{file}'",
        "glob('{folder}/*')",
        "query('from read_text(''{file}'')')",
        "read_csv('https://example.com/a.csv')",
        "duckdb_secrets()",
    ],
)
def test_sql_reads_nothing_outside(sample, source, printed, tmp_path) -> None:
    """A file that can be read, so that it is not for want of it."""
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    statement = f"select * from {source.format(file=tmp_path / 'a.csv', folder=tmp_path)}"
    for each in (statement, f"explain analyze {statement}", f"create view v as {statement}; from v"):
        with pytest.raises(QueryError):
            printed("sql", sample, each)


def test_sql_sees_no_variable_of_python(sample, printed) -> None:
    for name in ("statement", "tables", "connection", "image"):
        with pytest.raises(QueryError, match=f"Table with name {name} does not exist"):
            printed("sql", sample, f"from {name}")


@pytest.mark.parametrize(
    "statement",
    [
        "drop view changes",
        "create table new as select 1",
        "create table new (a int); insert into new values (1)",
        "create view v as select 1",
        "set variable a = 1",
        "begin",
        "checkpoint",
        "select 1; drop view changes",
        "/* a comment */",
        ";",
    ],
)
def test_a_statement_that_asks_nothing_is_told_what_would(sample, statement, printed) -> None:
    """Nothing is kept, so there is no success to tell of."""
    with pytest.raises(QueryError, match=r"^the statement has no result$") as raised:
        printed("sql", sample, statement)
    assert (raised.value.hint or "").startswith("end with select, describe or summarize")


@pytest.mark.parametrize(
    "statement",
    [
        "from layers",
        "describe layers",
        "summarize layers",
        "show tables",
        "values (1), (2)",
        "explain select 1",
        "pivot layers on compression using count(*)",
        "create view big as from layers where tar_bytes > 100000; from big",
        "create macro kib(bytes) as bytes / 1024; select kib(tar_bytes) from layers",
        "set variable upper = 3; select * from layers where layer = getvariable('upper')",
    ],
)
def test_all_that_asks_is_a_query(sample, statement, printed) -> None:
    """Also with what it needs made before it."""
    assert json.loads(printed("sql", sample, statement, "-f", "json"))
