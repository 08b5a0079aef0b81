"""Reads the settings of every workspace on a server and checks three of them: what an administrator
would write in an afternoon. The benchmark compares the audit with it.

    three_settings.py mongodb://127.0.0.1:27017 PREFIX
"""

import sys

try:
    from pymongo import MongoClient
except ImportError:
    sys.exit("three_settings.py needs pymongo: python3 -m pip install pymongo")

address, prefix = sys.argv[1:]
client = MongoClient(address)
checked = 0
for name in client.list_database_names():
    if not name.startswith(prefix):
        continue
    stored = {it["_id"]: it.get("value") for it in client[name]["rocketchat_settings"].find()}
    failed = [
        setting
        for setting, wanted in (
            ("Statistics_reporting", False),
            ("Push_enable", False),
            ("E2E_Enable", True),
        )
        if stored.get(setting) != wanted
    ]
    checked += 1
print(checked, "workspaces")
