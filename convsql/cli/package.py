"""`convsql package`."""

from __future__ import annotations


def package() -> None:
    """Print the folder of the convsql models, for dbt: CONVSQL_PACKAGE=$(convsql package) dbt deps."""
    from convsql.base.installed import package_root
    from convsql.cli import terminal

    terminal.put(str(package_root()))
