"""Strimzi's resources against the model that its operator reads them with: the classes of its published `api` artefact."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ops.kafka.artefacts import cache_directory, find_maven

POM = Path(__file__).with_name("strimzi.xml")
MODEL = "io.strimzi.api.kafka.model"
RENAMED = {"authentication": "auth"}  # members that Java calls otherwise, where it has no member of the name
_PACKAGES = re.compile(r"io/strimzi/api/kafka/model/(kafka|nodepool|topic|user|common)/")
_GENERATED = re.compile(r"(Builder|Fluent|Impl|Nested)")
_HEAD = re.compile(
    r"^(?:public |final |abstract |static )*(?:class|interface) ([\w.$]+)(?:<.*?>)?(?: extends ([\w.]+))?", re.M
)
_GETTER = re.compile(r"^  public (?:abstract )?(\S.*?) (?:get|is)([A-Z]\w*)\(\);$", re.M)
_CONSTANT = re.compile(r'^  public static final \S+ (\w+)(?: = "(.*)")?;$', re.M)


class Shape(msgspec.Struct):
    """A class: its members by their names in lower case, its constants, and the class above it."""

    above: str
    is_abstract: bool
    members: dict[str, str]
    constants: dict[str, str]


def jar() -> Path:
    """The artefact, fetched once per user."""
    place = cache_directory(os.environ)
    place.mkdir(parents=True, exist_ok=True)
    directory = place / f"strimzi-{re.findall('<version>(.*)</version>', POM.read_text())[1]}"
    with (place / "strimzi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.is_dir():
            with tempfile.TemporaryDirectory(dir=place) as scratch:
                command = [find_maven(print), "-B", "-q", "-f", str(POM), "dependency:copy-dependencies"]
                command += ["-DexcludeTransitive=true", f"-DoutputDirectory={scratch}/jars"]
                done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
                assert done.returncode == 0, done.stdout + done.stderr
                Path(scratch, "jars").rename(directory)
    [found] = directory.glob("*.jar")
    return found


@cache
def shapes() -> dict[str, Shape]:
    """The model's classes by their full names."""
    javap = shutil.which("javap")
    assert javap, "these tests need a JDK: install it (Debian: apt-get install default-jdk-headless)"
    with zipfile.ZipFile(jar()) as archive:
        names = [
            name.removesuffix(".class").replace("/", ".")
            for name in archive.namelist()
            if _PACKAGES.match(name) and name.endswith(".class") and not _GENERATED.search(name)
        ]
    command = [javap, "-cp", str(jar()), "-public", "-constants", *names]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = {}
    for text in re.split(r"^Compiled from .*$", told, flags=re.M)[1:]:
        head = _HEAD.search(text)
        if head is not None:
            members = {name.lower(): kind for kind, name in _GETTER.findall(text)}
            is_abstract = " abstract class " in text or " interface " in text
            found[head[1]] = Shape(head[2] or "", is_abstract, members, dict(_CONSTANT.findall(text)))
    return found


def problems(document: dict[str, Any]) -> list[str]:
    """What the operator would not know of a resource, by its path; its metadata and Kubernetes' own types are not looked into."""
    kind = document["kind"]
    package = {"Kafka": "kafka", "KafkaNodePool": "nodepool", "KafkaTopic": "topic", "KafkaUser": "user"}[kind]
    return _problems(document["spec"], f"{MODEL}.{package}.{kind}Spec", "spec")


def _problems(value: Any, kind: str, path: str) -> list[str]:
    if kind.startswith("java.util.List<"):
        if not isinstance(value, list):
            return [f"{path}: no list"]
        inner = kind.removeprefix("java.util.List<").removesuffix(">")
        return [each for number, one in enumerate(value) for each in _problems(one, inner, f"{path}[{number}]")]
    shape = shapes().get(kind)
    if shape is None:
        return []
    if shape.above == "java.lang.Enum":
        named = {name.replace("_", "") for name in shape.constants}
        return (
            [] if str(value).upper().replace("-", "").replace("_", "") in named else [f"{path}: {value!r} is no {kind}"]
        )
    if not isinstance(value, dict):
        return [f"{path}: no mapping"]
    if shape.is_abstract:
        kind = _concrete(kind, value.get("type"))
        if not kind:
            return [f"{path}: no type {value.get('type')!r}"]
    members = _members(kind)
    found = []
    for name, each in value.items():
        member = members.get(name.lower().lstrip("-")) or members.get(RENAMED.get(name, ""))
        found += [f"{path}.{name}: unknown"] if member is None else _problems(each, member, f"{path}.{name}")
    return found


def _concrete(kind: str, named: Any) -> str:
    """The class below an abstract one that is called after this type: JbodStorage for jbod."""
    word = str(named).replace("-", "")
    found = [name for name in _below(kind) if word in name.rpartition(".")[2].lower()]
    return min(found, key=len, default="")


def _below(kind: str) -> Iterator[str]:
    for name, shape in shapes().items():
        if shape.above == kind:
            if shape.is_abstract:
                yield from _below(name)
            else:
                yield name


def _members(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while kind in shapes():
        found = shapes()[kind].members | found
        kind = shapes()[kind].above
    return found


def allowed(key: str) -> bool:
    """Whether a broker's setting may be in a Kafka resource; the operator drops the others."""
    constants = shapes()[f"{MODEL}.kafka.KafkaClusterSpec"].constants
    exceptions = constants["FORBIDDEN_PREFIX_EXCEPTIONS"].split(", ")
    return key in exceptions or not key.startswith(tuple(constants["FORBIDDEN_PREFIXES"].split(", ")))
