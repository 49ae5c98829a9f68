#!/bin/sh
# Writes requirements/{run,test,java,otel}.txt: the exact versions that an install in an empty environment chooses today.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${1:-python3}" -m venv "$scratch/venv"
pip="$scratch/venv/bin/python -m pip --disable-pip-version-check"
$pip install -q "setuptools>=80" .
head="# Made by \`make pins\`; edit pyproject.toml instead."
freeze() { { echo "$head"; $pip freeze --all | grep -v -e '^pip==' -e '^email-delivery-status'; } | sed '/^wheel==/d' > "$1"; }
freeze requirements/run.txt
for extra in java otel; do
    { echo "$head"; $pip install -q --dry-run --report - ".[$extra]" | "$scratch/venv/bin/python" -c '
import json, sys
found = {one["metadata"]["name"]: one["metadata"]["version"] for one in json.load(sys.stdin)["install"]}
for name in sorted(found, key=str.lower):
    if name != "email-delivery-status":
        print(f"{name}=={found[name]}")'; } > "requirements/$extra.txt"
done
$pip install -q -c requirements/run.txt -c requirements/otel.txt ".[test]"
freeze requirements/test.txt
