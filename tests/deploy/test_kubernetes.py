"""The Kubernetes resources: valid by the schemas of Kubernetes and of each operator, and true to settings and code."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from bus.topics import wanted_configs
from consumers.server import STOP_S_MAX
from ops.configuration import Configuration, read_configuration
from ops.kafka.properties import CLUSTER
from tests.deploy import strimzi
from tests.deploy.files import ROOT, assert_command, assert_settings, documents
from tests.deploy.kubernetes import KUBERNETES, Document, built, containers, crd_schema, pod
from tests.parts import go

VERSION = "1.34"
PARTS = {"gateway", "consumers", "graphql"}
CRDS = {
    "postgresql.cnpg.io/v1": (
        "github.com/cloudnative-pg/cloudnative-pg", "v1.27.1", "config/crd/bases/postgresql.cnpg.io_{}s.yaml",
    ),
    "monitoring.coreos.com/v1": (
        "github.com/prometheus-operator/prometheus-operator", "v0.85.0",
        "example/prometheus-operator-crd/monitoring.coreos.com_{}s.yaml",
    ),
}  # fmt: skip
# What the page tells to make, and what the operators make.
SECRETS = {
    "eds-secrets": {"post-token", "read-token", "erasure-key", "graphql-id-key"},
    "eds-tls": {"tls.crt", "tls.key"},
    "eds": {"password"},
    "kafka-cluster-ca-cert": {"ca.crt"},
    "postgresql-app": {"password"},
    "postgresql-ca": {"ca.crt"},
}
BASE, EXAMPLE = built(KUBERNETES / "base"), built(KUBERNETES / "example")


def of_kind(found: list[Document], kind: str) -> dict[str, Document]:
    return {one["metadata"]["name"]: one for one in found if one["kind"] == kind}


def settings() -> Configuration:
    return read_configuration({"EDS_CONFIG": str(KUBERNETES / "base" / "eds.toml")})


@pytest.mark.parametrize("found", [BASE, EXAMPLE], ids=["base", "example"])
def test_resources_are_valid(found: list[Document]) -> None:
    for document in found:
        version = document["apiVersion"]
        if version.startswith("kafka.strimzi.io/"):
            assert strimzi.problems(document) == [], document["metadata"]["name"]
        elif version in CRDS:
            module, release, path = CRDS[version]
            place = go.module(module, release) / path.format(document["kind"].lower())
            jsonschema.validate(document, crd_schema(place, version.partition("/")[2]))
        else:
            kubernetes_validate.validate(document, VERSION, strict=True)
    identities = [(one["kind"], one["metadata"]["name"]) for one in found]
    assert len(set(identities)) == len(identities)


def test_the_validators_see_what_is_wrong() -> None:
    kafka = json.loads(json.dumps(of_kind(BASE, "Kafka")["kafka"]))
    kafka["spec"]["kafka"]["listeners"][0] |= {"type": "inward", "tsl": True}
    kafka["spec"]["kafka"]["listeners"][0]["authentication"]["type"] = "scram-sha-1024"
    told = strimzi.problems(kafka)
    assert [each.split(":")[0].split(".")[-1] for each in told] == ["type", "authentication", "tsl"], told
    cluster = json.loads(json.dumps(of_kind(BASE, "Cluster")["postgresql"]))
    cluster["spec"]["postgresql"]["synchronus"] = {}
    module, release, path = CRDS[cluster["apiVersion"]]
    with pytest.raises(jsonschema.ValidationError, match="synchronus"):
        jsonschema.validate(cluster, crd_schema(go.module(module, release) / path.format("cluster"), "v1"))


def test_settings_commands_and_ports_exist() -> None:
    configuration = settings()
    deployments = of_kind(BASE, "Deployment")
    assert deployments.keys() == PARTS
    for name, deployment in deployments.items():
        [container] = pod(deployment)["containers"]
        assert_command(container["args"])
        assert_settings(json.dumps(container["env"]))
        [port] = container["ports"]
        assert port["containerPort"] == getattr(configuration, name).port
        assert getattr(configuration, name).host == "0.0.0.0"
        is_tls = bool(getattr(getattr(configuration, name), "tls_certificate_file", ""))
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            assert asked["port"] == port["name"]
            assert asked["scheme"] == ("HTTPS" if is_tls else "HTTP")
            assert asked["path"] == ("/readyz" if probe == "readinessProbe" else "/livez")
    patched = of_kind(EXAMPLE, "Deployment")
    assert {one["image"] for one in containers(EXAMPLE)} == {"registry.example.org/email-delivery-status:0.1.0"}
    assert patched["consumers"]["spec"]["replicas"] == 3


def test_a_stop_leaves_each_part_the_time_that_it_takes() -> None:
    configuration = settings()
    gateway = configuration.gateway
    needed = {
        "gateway": (gateway.drain_delay_ms + gateway.request_ms_max) / 1000,
        "consumers": STOP_S_MAX,
        "graphql": 5 + configuration.graphql.drain_ms_max / 1000,  # after preStop
    }
    assert gateway.drain_delay_ms >= 5_000
    for name, deployment in of_kind(BASE, "Deployment").items():
        assert pod(deployment)["terminationGracePeriodSeconds"] > needed[name] + 5
    sleep = pod(of_kind(BASE, "Deployment")["graphql"])["containers"][0]["lifecycle"]["preStop"]["sleep"]
    assert sleep == {"seconds": 5}


def test_each_file_of_the_settings_is_mounted_where_it_is_read() -> None:
    configuration = settings()
    graphql, gateway, kafka, store = (
        configuration.graphql,
        configuration.gateway,
        configuration.kafka,
        configuration.store,
    )
    root_certificate = store.url.partition("sslrootcert=")[2]
    shared = {kafka.sasl_password_file, kafka.ssl_ca_file}
    read = {
        "gateway": shared | {gateway.token_file, gateway.tls_certificate_file, gateway.tls_key_file},
        "consumers": shared | {store.password_file, root_certificate, store.erasure_key_file},
        "graphql": shared | {store.password_file, root_certificate, graphql.token_file, graphql.id_key_file}
        | {graphql.tls_certificate_file, graphql.tls_key_file},
    }  # fmt: skip
    for name, deployment in of_kind(BASE, "Deployment").items():
        volumes = {one["name"]: one for one in pod(deployment)["volumes"]}
        mounted: set[str] = set()
        for mount in pod(deployment)["containers"][0]["volumeMounts"]:
            secret = volumes.pop(mount["name"]).get("secret")
            if secret is not None:
                keys = {item["key"] for item in secret["items"]} if "items" in secret else SECRETS[secret["secretName"]]
                assert keys <= SECRETS[secret["secretName"]]
                assert mount["readOnly"]
                mounted |= {f"{mount['mountPath']}/{key}" for key in keys}
        assert not volumes
        assert mounted == read[name], name


def test_pods_are_restricted_spread_and_kept() -> None:
    for name, deployment in of_kind(BASE, "Deployment").items():
        specification = pod(deployment)
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert specification["securityContext"]["runAsNonRoot"]
        assert specification["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not specification["automountServiceAccountToken"]
        assert not specification["enableServiceLinks"]
        assert specification["containers"][0]["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        for selector in (
            deployment["spec"]["selector"]["matchLabels"],
            of_kind(BASE, "PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"],
            of_kind(BASE, "Service")[name]["spec"]["selector"],
            specification["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
        ):
            assert selector.items() <= labels.items()
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in of_kind(BASE, "HorizontalPodAutoscaler").values()}
    assert scaled == {"gateway", "graphql"}
    for name in scaled:  # who is scaled has no number of its own that an apply would bring back
        assert "replicas" not in of_kind(BASE, "Deployment")[name]["spec"]


def test_kafka_is_set_as_the_brokers_that_the_tests_kill() -> None:
    config = {
        key: str(value).lower() for key, value in of_kind(BASE, "Kafka")["kafka"]["spec"]["kafka"]["config"].items()
    }
    assert config == {key: value for key, value in CLUSTER.items() if strimzi.allowed(key)}
    assert [key for key in CLUSTER if not strimzi.allowed(key)] == ["controller.quorum.request.timeout.ms"]
    kafka = settings().kafka
    assert kafka.bootstrap == "kafka-kafka-bootstrap:9093"
    assert kafka.sasl_username in of_kind(BASE, "KafkaUser")


def test_topics_are_as_the_command_would_make_them() -> None:
    kafka = settings().kafka
    found = {}
    for name, topic in of_kind(BASE, "KafkaTopic").items():
        specification: dict[str, Any] = topic["spec"]
        assert (specification["partitions"], specification["replicas"]) == (kafka.partitions, kafka.replication_factor)
        found[name] = {key: str(value) for key, value in specification["config"].items()}
    assert found == wanted_configs(kafka)


def test_the_database_is_the_one_that_the_settings_name() -> None:
    [cluster] = of_kind(BASE, "Cluster").values()
    assert settings().store.url.startswith(
        f"postgresql://{cluster['spec']['bootstrap']['initdb']['owner']}@{cluster['metadata']['name']}-rw:5432/"
        f"{cluster['spec']['bootstrap']['initdb']['database']}?sslmode=verify-full"
    )


def test_what_is_scraped_has_the_names_that_rules_go_by() -> None:
    [scraped] = documents(ROOT / "deploy" / "observability" / "prometheus.yml")
    services = of_kind(EXAMPLE, "Service")
    jobs = set()
    for monitor in of_kind(EXAMPLE, "ServiceMonitor").values():
        selector = monitor["spec"]["selector"]
        [endpoint] = monitor["spec"]["endpoints"]
        [relabeling] = endpoint["relabelings"]
        assert relabeling["targetLabel"] == "job"
        for name, service in services.items():
            wanted = {"app.kubernetes.io/name": name}
            if selector.get("matchLabels", {}) == wanted or any(
                name in each["values"] for each in selector.get("matchExpressions", ())
            ):
                assert service["metadata"]["labels"].items() >= wanted.items()
                assert [port["name"] for port in service["spec"]["ports"]] == [endpoint["port"]]
                jobs.add(relabeling["replacement"].replace("$1", name))
    assert jobs == {job["job_name"] for job in scraped["scrape_configs"]}


def test_policies_name_pods_that_are_there() -> None:
    ports = {port["name"]: port["containerPort"] for one in containers(BASE) for port in one["ports"]}
    named: set[str] = set()
    for policy in of_kind(BASE, "NetworkPolicy").values():
        for expression in policy["spec"]["podSelector"].get("matchExpressions", ()):
            named |= set(expression["values"])
        for rule in policy["spec"].get("ingress", ()):
            assert all(port["port"] in ports or isinstance(port["port"], int) for port in rule["ports"])
    assert named == PARTS
    assert {path.name for path in Path(KUBERNETES).iterdir()} == {"base", "monitoring", "example"}
