"""`python -m api.cli` is `parvis`."""

from api.cli import main

main()
