"""Kubernetes' resources as kustomize would give them, as far as our files use it; and strict schemas of operators' resources."""

from pathlib import Path
from typing import Any

import yaml

from tests.deploy.files import ROOT, documents

KUBERNETES = ROOT / "deploy" / "kubernetes"
Document = dict[str, Any]


def built(directory: Path) -> list[Document]:
    """All resources of a kustomization: resources and components, labels, namespace, images, replicas, JSON patches."""
    [kustomization] = documents(directory / "kustomization.yaml")
    known = {
        "apiVersion", "kind", "resources", "components", "configMapGenerator", "labels", "namespace", "images", "replicas",
        "patches",
    }  # fmt: skip
    assert kustomization.keys() <= known
    found: list[Document] = []
    for name in [*kustomization.get("resources", ()), *kustomization.get("components", ())]:
        path = (directory / name).resolve()
        found += built(path) if path.is_dir() else documents(path)
    for generated in kustomization.get("configMapGenerator", ()):
        data = {name: (directory / name).read_text("utf-8") for name in generated["files"]}
        found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generated["name"]}, "data": data})
    listed = {path.name for path in directory.iterdir()} - {"kustomization.yaml"}
    named = {*kustomization.get("resources", ())} | {
        name for one in kustomization.get("configMapGenerator", ()) for name in one["files"]
    }
    assert listed <= named, f"{directory}: files that no kustomization names"
    _change(found, kustomization)
    return found


def _change(found: list[Document], kustomization: Document) -> None:
    for pairs in kustomization.get("labels", ()):
        for document in found:
            document["metadata"].setdefault("labels", {}).update(pairs["pairs"])
    if namespace := kustomization.get("namespace"):
        for document in found:
            if document["kind"] != "Namespace":
                document["metadata"]["namespace"] = namespace
    for image in kustomization.get("images", ()):
        changed = [one for one in containers(found) if one["image"] == image["name"]]
        assert changed, image
        for container in changed:
            container["image"] = f"{image['newName']}:{image['newTag']}"
    for replicas in kustomization.get("replicas", ()):
        [document] = [
            one for one in found if one["kind"] == "Deployment" and one["metadata"]["name"] == replicas["name"]
        ]
        document["spec"]["replicas"] = replicas["count"]
    for patch in kustomization.get("patches", ()):
        target = patch["target"]
        [document] = [
            one for one in found if (one["kind"], one["metadata"]["name"]) == (target["kind"], target["name"])
        ]
        _patch(document, patch["patch"])


def _patch(document: Document, patch: str) -> None:
    for operation in yaml.safe_load(patch):
        *path, last = operation["path"].strip("/").split("/")
        place = document
        for name in path:
            place = place[name]
        assert operation["op"] in ("add", "replace")
        assert (last in place) == (operation["op"] == "replace"), operation
        place[last] = operation["value"]


def containers(found: list[Document]) -> list[Document]:
    """The containers of all deployments."""
    return [one for document in found if document["kind"] == "Deployment" for one in pod(document)["containers"]]


def pod(deployment: Document) -> Document:
    """The specification of its pods."""
    specification: Document = deployment["spec"]["template"]["spec"]
    return specification


def strict(schema: Any) -> Any:
    """A CRD's schema that takes no member which it doesn't name: the server would drop it in silence."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if isinstance(schema, str):
        return schema.replace("^(?i)", "(?i)^")  # a pattern's flags, which Go takes anywhere
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(each) for name, each in schema.items() if name != "format"}
    is_closed = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not is_closed:
        made["additionalProperties"] = False
    return made


def crd_schema(path: Path, version: str) -> Any:
    """The strict schema of a custom resource; its metadata is Kubernetes' own."""
    [definition] = documents(path)
    [found] = [one for one in definition["spec"]["versions"] if one["name"] == version]
    schema = strict(found["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {"type": "object"}
    return schema
