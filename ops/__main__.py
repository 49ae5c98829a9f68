"""`python -m ops` is `eds`."""

from ops.cli import main

if __name__ == "__main__":
    main()
