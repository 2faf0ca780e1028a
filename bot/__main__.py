"""`python -m bot` is `liaison`."""

from bot.cli import main

if __name__ == "__main__":
    main()
