"""`python -m tests.faults.locker FILE`: holds the write lock of an SQLite database until its input ends."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing


def main() -> None:
    with closing(sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        sys.stdout.write("locked\n")
        sys.stdout.flush()
        sys.stdin.read()
        connection.execute("ROLLBACK")


if __name__ == "__main__":
    main()
