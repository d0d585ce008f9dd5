"""dbt's tests of adapters: what is basic, and the functions and types that macros have."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import dbt.tests.adapter.basic
import dbt.tests.adapter.utils
import dbt.tests.adapter.utils.data_types

# Of the adapter's Python alone; no project is in them.
_OF_PYTHON = (
    "test_source_freshness_custom_info",
    "test_validate_sql",
    "test_validate_connection",
    "test_timestamps",
    "test_current_timestamp",
)

for _package in (dbt.tests.adapter.basic, dbt.tests.adapter.utils, dbt.tests.adapter.utils.data_types):
    for _found in pkgutil.iter_modules(_package.__path__):
        if not _found.name.startswith("test_") or _found.name in _OF_PYTHON:
            continue
        _module = importlib.import_module(f"{_package.__name__}.{_found.name}")
        for _name, _value in vars(_module).items():
            if inspect.isclass(_value) and _value.__module__ == _module.__name__ and _name.lower().startswith("test"):
                globals()[f"Test{_name[4:]}" if _name not in globals() else f"Test{_name[4:]}_{_found.name}"] = _value
