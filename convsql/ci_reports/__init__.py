"""What became of a run, where people look in CI: JUnit, SARIF, annotations, code quality, a comment on a pull request."""
