"""How PostgreSQL's own tool is called."""

import pytest

from chappe.hands.backup import dump_command

COMMANDS = {
    "postgresql://chappe:s3cret@db.example.org:5433/chappe": (
        "--dbname=postgresql://chappe@db.example.org:5433/chappe"
    ),
    "postgresql:///chappe?host=/run/postgresql&password=s3cret": (
        "'--dbname=postgresql:///chappe?host=%2Frun%2Fpostgresql'"
    ),
    "postgresql://127.0.0.1/chappe": "--dbname=postgresql://127.0.0.1/chappe",
}


@pytest.mark.parametrize("url", COMMANDS)
def test_the_line_that_dumps_a_database_holds_no_password(url: str) -> None:
    """E56: whoever looks at a machine's processes reads it."""
    assert dump_command(url, "/b/of.tar.pgdump") == (
        f"pg_dump --format=custom --file=/b/of.tar.pgdump {COMMANDS[url]}"
    )
