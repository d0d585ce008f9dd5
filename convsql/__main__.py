"""Entry point. `--version` answers before anything heavy is imported: start-up is a feature."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the exit codes are listed in `convsql.errors`."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from convsql import __version__

        print(f"convsql {__version__}")
        return
    import gc

    # Compiling makes many small objects that stay: looking for garbage among them at every 700th took a seventh of the time.
    gc.set_threshold(50_000, 20, 50)
    try:
        from convsql.cli import run

        sys.exit(run())
    except KeyboardInterrupt:  # while modules were being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
