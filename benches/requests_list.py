"""Python equivalent of `strigo partners list --json`. The argument is the URL of the list."""

import json
import os
import sys

import requests

response = requests.get(
    sys.argv[1],
    headers={
        "Authorization": f"Bearer {os.environ['STRIGO_ORG_ID']}:{os.environ['STRIGO_API_KEY']}",
        "Accept": "application/json",
    },
    timeout=30,
)
response.raise_for_status()
json.dump(response.json()["data"], sys.stdout)
print()
