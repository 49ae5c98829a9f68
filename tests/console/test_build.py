"""The console's committed files are what its sources give, small, and without a thought of any other host."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from graphql_api.schema import print_sdl
from tests.parts import npm

CONSOLE = Path(__file__).parents[2] / "graphql_api" / "console"
BYTES_MAX = 100_000
SOURCES = ("src", "index.html", "package.json", "tsconfig.json", "vite.config.ts", "codegen.json")
NAMESPACES = ("http://www.w3.org/",)
DEFAULTS = ("http://127.0.0.1:8080",)  # the gateway, in commands to copy


def files_of(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return files_of(CONSOLE / "built")


def test_the_sources_give_these_very_files(tmp_path: Path, built: dict[str, bytes]) -> None:
    project = tmp_path / "console"
    project.mkdir()
    (tmp_path / "schema.graphql").write_text(print_sdl(), "utf-8")
    for name in SOURCES:
        if (CONSOLE / name).is_dir():
            shutil.copytree(CONSOLE / name, project / name, ignore=shutil.ignore_patterns("generated"))
        else:
            shutil.copy(CONSOLE / name, project)
    (project / "node_modules").symlink_to(npm.install_locked(CONSOLE))
    done = subprocess.run(
        ["npm", "run", "--silent", "build"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert files_of(project / "built") == built, "graphql_api/console/built is old: run `make console` and commit it"


def test_all_of_it_is_small(built: dict[str, bytes]) -> None:
    assert sum(len(brotli.compress(body, quality=4)) for body in built.values()) < BYTES_MAX


def test_nothing_comes_from_elsewhere(built: dict[str, bytes]) -> None:
    for name, body in built.items():
        for address in re.findall(r"(?:https?:)?//[A-Za-z0-9][^\s\"'`<>)]*", body.decode()):
            assert address.startswith((*NAMESPACES, *DEFAULTS)), f"{name}: {address}"
        assert not re.search(r"\b(eval|Function)\(", body.decode()), name


def test_the_document_has_nothing_inline(built: dict[str, bytes]) -> None:
    page = built["index.html"].decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]


def test_packages_have_exact_versions_and_the_lock_names_no_registry() -> None:
    described = json.loads((CONSOLE / "package.json").read_text("utf-8"))
    for name, version in (described["dependencies"] | described["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    lock = (CONSOLE / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert len(lock) > 10_000
