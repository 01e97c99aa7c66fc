"""What the project's own commands run: set-up, first run, bench, reference data."""
