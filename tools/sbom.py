"""What an installation consists of: build/sbom.json (CycloneDX 1.6) and build/licences.txt.

Python's packages are those of requirements/run.txt; the scripts that pages load are named in the licences.txt beside them.
Licences are SPDX expressions; where a package says none, KNOWN does, and one that is in neither ends this with exit status 1.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
NAME = "email-delivery-status"
SCRIPTS = ("graphql_api/graphiql/licences.txt", "graphql_api/console/built/licences.txt")

# What packages say in words of their own.
KNOWN = {
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "mit license": "MIT",
    "psfl": "PSF-2.0",
    "public domain": "Unlicense",
}
# By which words a licence's text is known.
WORDS = {
    "Permission is hereby granted, free of charge": "MIT",
    "Apache License Version 2.0": "Apache-2.0",
    "Permission to use, copy, modify, and/or distribute": "ISC",
}
_HEAD = re.compile(r"^@?[a-z][\w./-]* \d+\.\d+\.\d+.*$", re.M)
_SCRIPT = re.compile(r"(@?[a-z][\w./-]*) (\d+\.\d+\.\d+)")
# Those that go with Apache-2.0 in one product: none asks more than to be named, but for changed files of MPL-2.0.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "TCL", "Unlicense",
}  # fmt: skip


def licence_of(package: PackageMetadata) -> str:
    """An SPDX expression of allowed licences; ValueError where there is none."""
    texts = [package.get("License-Expression"), package.get("License")]
    texts += [
        line.rpartition(" :: ")[2] for line in package.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    for text in filter(None, texts):
        expression = KNOWN.get(text.strip().lower(), text.strip())
        if is_allowed(expression):
            return expression
    raise ValueError(f"{package['Name']} {package['Version']}: no licence that is known to go with ours in {texts}")


def is_allowed(expression: str) -> bool:
    """Whether all of its licences are; of alternatives (OR), we may take any, and all of ours are fine."""
    return {word for word in re.split(r"[\s()]+", expression) if word not in ("", "AND", "OR")} <= ALLOWED


def packages() -> Iterator[tuple[str, str, str, PackageURL]]:
    """Name, version, licence and address of each part."""
    for line in (ROOT / "requirements" / "run.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, version = line.partition("==")
            found = metadata(name)
            if found["Version"] != version:
                raise ValueError(f"{name} {found['Version']} is installed, requirements/run.txt has {version}")
            yield (
                name,
                version,
                licence_of(found),
                PackageURL("pypi", name=name.lower().replace("_", "-"), version=version),
            )
    for path in SCRIPTS:
        yield from scripts((ROOT / path).read_text("utf-8"))


def scripts(text: str) -> Iterator[tuple[str, str, str, PackageURL]]:
    """The same of a licences.txt: a line such as `name 1.2.3, other 1.2.3`, and their licence's text after it."""
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : following.start() if following else None]
        licence = next((name for words, name in WORDS.items() if words in " ".join(body.split())), None)
        for name, version in _SCRIPT.findall(head[0]):
            if licence is None:
                raise ValueError(f"{name} {version}: its licence's text is none that is known")
            scope, _, last = name.rpartition("/")
            yield name, version, licence, PackageURL("npm", namespace=scope or None, name=last, version=version)


def bill(now: datetime) -> Bom:
    """The bill of materials. The same parts give the same one but for its time."""
    factory = LicenseFactory()
    project = Component(
        name=NAME, version=metadata(NAME)["Version"], type=ComponentType.APPLICATION,
        licenses=[factory.make_with_expression("Apache-2.0")], bom_ref=NAME,
    )  # fmt: skip
    parts = [
        Component(
            name=name, version=version, purl=address, bom_ref=str(address), type=ComponentType.LIBRARY,
            licenses=[factory.make_with_expression(licence)],
        )
        for name, version, licence, address in packages()
    ]  # fmt: skip
    bom = Bom(components=parts, serial_number=uuid5(NAMESPACE_URL, " ".join(str(part.purl) for part in parts)))
    bom.metadata.component, bom.metadata.timestamp = project, now
    bom.register_dependency(project, parts)
    return bom


def main() -> int:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    try:
        bom = bill(now)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "sbom.json").write_text(
        json.dumps(json.loads(JsonV1Dot6(bom).output_as_string()), indent=2) + "\n", "utf-8"
    )
    lines = sorted(f"{name} {version}\t{licence}\n" for name, version, licence, _ in packages())
    (build / "licences.txt").write_text("".join(lines), "utf-8")
    print(f"build/sbom.json, build/licences.txt: {len(lines)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
