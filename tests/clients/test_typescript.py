"""What graphql-codegen makes of the schema and of the example documents compiles, and its list of documents is one that we read."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from graphql_api.http.persisted import PersistedDocuments
from graphql_api.schema import print_sdl
from graphql_api.settings import GraphQLSettings
from tests.parts import npm

EXAMPLES = Path(__file__).parents[2] / "deploy" / "frontends"
PACKAGES = (
    "@graphql-codegen/cli@7.4.3",
    "@graphql-codegen/client-preset@6.2.0",
    "@graphql-typed-document-node/core@3.2.0",
    "graphql@16.15.0",
    "typescript@5.9.3",
)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples with what was generated for them."""
    directory = tmp_path_factory.mktemp("frontends")
    for example in EXAMPLES.iterdir():
        shutil.copy(example, directory)
    (directory / "schema.graphql").write_text(print_sdl(), "utf-8")
    (directory / "node_modules").symlink_to(npm.install(*PACKAGES) / "node_modules")
    run(directory, "graphql-codegen", "--config", "codegen.config.json")
    return directory


def run(directory: Path, tool: str, *arguments: str) -> None:
    command = [str(directory / "node_modules" / ".bin" / tool), *arguments]
    done = subprocess.run(
        command, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_and_client_compile(generated: Path) -> None:
    run(generated, "tsc", "-p", ".")


def test_a_document_that_does_not_fit_the_types_does_not_compile(generated: Path) -> None:
    (generated / "wrong.ts").write_text(
        'import { summary } from "./client";\nexport const wrong = summary(1, "x");\n', "utf-8"
    )
    try:
        with pytest.raises(AssertionError, match="not assignable"):
            run(generated, "tsc", "-p", ".")
    finally:
        (generated / "wrong.ts").unlink()


def test_the_generated_list_is_an_allow_list(generated: Path) -> None:
    path = generated / "generated" / "persisted-documents.json"
    documents = json.loads(path.read_text("utf-8"))
    listed = PersistedDocuments(GraphQLSettings(documents_file=str(path), documents_listed_only=True))
    for digest, document in documents.items():
        asked = {"persistedQuery": {"version": 1, "sha256Hash": digest.removeprefix("sha256:")}}
        assert listed.document(None, asked) == document
