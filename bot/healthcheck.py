"""Whether the bot on this machine is well, for a container's health check: exit code 0, or 1 with a line that says why.

A program of its own, for `python -m bot` takes a second to start, and this runs twice a minute.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request

SECONDS = 4.0


def main() -> int:
    """Ask /healthz at the port that this container serves."""
    url = f"http://127.0.0.1:{os.environ.get('WEB_PORT') or 8080}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            json.load(answer)
    except urllib.error.HTTPError as error:
        print(f"not well: {error.read(2000).decode(errors='replace')}")
        return 1
    except (OSError, ValueError) as error:
        print(f"does not answer: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
