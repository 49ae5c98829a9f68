"""What the image installs: the package has every file that the program reads, built from what the image's build is given."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.deploy.files import ROOT

# Sources of the web application, whose build is what is shipped.
NOT_SHIPPED = "graphql_api/console/"
SHIPPED_OF_IT = "graphql_api/console/built/"


def test_the_package_has_all_files(tmp_path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    tracked = subprocess.run(
        ["git", "ls-files", "--", *kept], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    sources = tmp_path / "sources"
    for name in tracked.stdout.split("\n"):
        if (ROOT / name).is_file():
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, sources / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    ]
    done = subprocess.run(
        [*command, "-w", str(tmp_path), "."], cwd=sources, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        built = set(archive.namelist())
    packages = [name for name in kept if (ROOT / name).is_dir() and name != "requirements"]
    wanted = {name for name in tracked.stdout.split() if name.startswith(tuple(f"{package}/" for package in packages))}
    lacking = wanted - built
    assert {name for name in lacking if not name.startswith(NOT_SHIPPED) or name.startswith(SHIPPED_OF_IT)} == set()
