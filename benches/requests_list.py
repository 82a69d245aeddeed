"""What a script in Python does in the place of `strigo partners list --json`."""

import json
import os
import sys

import requests

answer = requests.get(
    sys.argv[1],
    headers={
        "Authorization": f"Bearer {os.environ['STRIGO_ORG_ID']}:{os.environ['STRIGO_API_KEY']}",
        "Accept": "application/json",
    },
    timeout=30,
)
answer.raise_for_status()
json.dump(answer.json()["data"], sys.stdout)
print()
