"""A cluster as its API tells of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.kubernetes import VALUES, KubernetesOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import HERE, NOW, Site, a_site, identity, spot

NODES = [
    {"metadata": {"name": "n1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}],
                                            "allocatable": {"cpu": "2", "memory": "4Gi"}}},
    {"metadata": {"name": "n2"}, "status": {"conditions": [{"type": "Ready", "status": "False"},
                                                           {"type": "DiskPressure", "status": "True"}],
                                            "allocatable": {"cpu": "4", "memory": "8Gi"}}},
]  # fmt: skip


def pod(name: str, phase: str = "Running", ready: bool = True, restarts: int = 0, **state: Any) -> dict[str, Any]:
    status = {"ready": ready, "restartCount": restarts, "state": state}
    return {"metadata": {"name": name, "namespace": "shop"}, "status": {"phase": phase, "containerStatuses": [status]}}


PODS = [
    pod("web-1"),
    pod("web-2", ready=False, restarts=7, waiting={"reason": "CrashLoopBackOff"}),
    pod("web-3", ready=False),
    pod("web-4", "Pending", ready=False, waiting={"reason": "ImagePullBackOff"}),
    pod("job-1", "Succeeded", ready=False, terminated={"reason": "Completed"}),
    pod("job-2", "Failed", ready=False, terminated={"reason": "OOMKilled"}),
]
EVENTS = [
    {"type": "Warning", "reason": "BackOff", "message": "Back-off\nrestarting", "lastTimestamp": "2026-11-24T11:58:00Z",
     "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-2"}},
    {"type": "Normal", "reason": "Pulled", "message": "pulled", "eventTime": "2026-11-24T11:59:00Z",
     "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1"}},
]  # fmt: skip


def deployment(name: str, wanted: int, ready: int) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": f"u-{name}"},
        "spec": {"replicas": wanted, "selector": {"matchLabels": {"app": name, "tier": "front"}}},
        "status": {"readyReplicas": ready, "updatedReplicas": wanted},
    }


def revision(owner: str, number: int, minutes: float) -> dict[str, Any]:
    return {
        "metadata": {
            "name": f"{owner}-{number}",
            "namespace": "shop",
            "creationTimestamp": (NOW - timedelta(minutes=minutes)).isoformat(),
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"uid": f"u-{owner}", "name": owner}],
        },
        "spec": {"template": {"spec": {"containers": [{"image": f"{owner}:{number}"}]}}},
    }


USED_NODES = [{"metadata": {"name": "n1"}, "usage": {"cpu": "500m", "memory": "3Gi"}},
              {"metadata": {"name": "n2"}, "usage": {"cpu": "3000000000n", "memory": "2Gi"}}]  # fmt: skip
USED_PODS = [
    {"metadata": {"name": "web-1", "namespace": "shop"},
     "containers": [{"usage": {"cpu": "100m", "memory": "100Mi"}}, {"usage": {"cpu": "50m", "memory": "28Mi"}}]},
]  # fmt: skip


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def endpoints(service: str, ready: bool) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "shop", "labels": {"kubernetes.io/service-name": service}},
        "endpoints": [{"conditions": {"ready": ready}}],
    }


PAGES: dict[str, list[dict[str, Any]]] = {
    "/api/v1/nodes": NODES,
    "/api/v1/pods": PODS,
    "/api/v1/namespaces/shop/pods": PODS[:1],
    "/api/v1/events": EVENTS,
    "/apis/apps/v1/deployments": [deployment("web", 3, 3), deployment("api", 2, 1)],
    "/apis/apps/v1/namespaces/shop/deployments": [deployment("web", 3, 3)],
    "/apis/apps/v1/replicasets": [revision("web", 4, 90), revision("web", 5, 10), revision("gone", 1, 1)],
    "/apis/apps/v1/namespaces/shop/replicasets": [revision("web", 4, 90), revision("web", 5, 10)],
    "/apis/metrics.k8s.io/v1beta1/nodes": USED_NODES,
    "/apis/metrics.k8s.io/v1beta1/pods": USED_PODS,
    "/api/v1/services": [service("web", selector={"app": "web"}), service("api", selector={"app": "api"}),
                         service("outside")],
    "/apis/discovery.k8s.io/v1/endpointslices": [endpoints("web", True), endpoints("api", False)],
    "/apis/networking.k8s.io/v1/ingresses": [
        {"metadata": {"name": "shop", "namespace": "shop"}, "spec": {"rules": [{"host": "shop.test"}]},
         "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.7"}]}}},
        {"metadata": {"name": "new", "namespace": "shop"}},
    ],
}  # fmt: skip


@pytest.fixture
async def cluster() -> AsyncIterator[Site]:
    async with a_site() as site:
        for path, things in PAGES.items():
            site.page(path, {"kind": "List", "items": things})
        site.page("/api/v1/namespaces/shop/pods/web-1/log", "started\nERROR no stock\nserved\n")
        yield site


async def looked(cluster: Site, **options: Any) -> Reading:
    here = spot(cluster.address, headers={"Authorization": "Bearer t0ken"})
    return await read(here, KubernetesOptions(**options), Reach(now=lambda: NOW))


@pytest.mark.parametrize(
    ("what", "values", "text"),
    [
        ("nodes", {"nodes": 2, "not_ready": 1}, "n2: not ready; DiskPressure"),
        ("pods", {"pods": 6, "not_running": 4, "restarts": 7}, "shop/web-2: CrashLoopBackOff, 7 restarts"),
        ("events", {"events": 2, "warnings": 1}, "Warning Pod shop/web-2 BackOff: Back-off restarting"),
        (
            "rollouts",
            {"deployments": 2, "not_ready": 1, "minutes_since": 10},
            "shop/api: 1 ready and 2 up to date of 2",
        ),
        (
            "top_nodes",
            {"cpu_cores": 3, "memory_bytes": 3 * 2**30, "cpu_percent": 75, "memory_percent": 75},
            "n2: 3 cores",
        ),
        ("top_pods", {"cpu_cores": 0.15, "memory_bytes": 128 * 2**20}, "shop/web-1: 0.15 cores, 128 MiB"),
        ("services", {"services": 3, "without_endpoints": 1}, "shop/api: no endpoint is ready"),
        ("ingresses", {"ingresses": 2, "without_address": 1}, "shop/new: *, no address"),
    ],
)
async def test_what_a_cluster_says(cluster: Site, what: str, values: dict[str, float], text: str) -> None:
    reading = await looked(cluster, what=what)

    assert reading.fault is Fault.NONE
    assert reading.values == pytest.approx(values) and text in reading.text
    assert {*values} <= {*VALUES[what]}
    assert {request.headers["Authorization"] for request in cluster.asked} == {"Bearer t0ken"}
    assert {request.method for request in cluster.asked} == {"GET"}


async def test_events_go_back_as_far_as_is_asked(cluster: Site) -> None:
    for seconds, count in ((90, 1), (121, 2)):
        assert (await looked(cluster, what="events", since=timedelta(seconds=seconds))).values["events"] == count


async def test_pods_say_why_they_do_not_run(cluster: Site) -> None:
    lines = (await looked(cluster, what="pods")).text.splitlines()

    assert [line.removeprefix("shop/").split(", ")[0] for line in lines] == [
        "web-2: CrashLoopBackOff", "web-3: not ready", "web-4: ImagePullBackOff", "job-2: OOMKilled",
    ]  # fmt: skip


async def test_revisions_come_newest_first_and_those_of_late_are_counted(cluster: Site) -> None:
    reading = await looked(cluster, what="rollouts", namespace="shop", name="web", since=timedelta(hours=1))

    assert reading.values == {"deployments": 1, "not_ready": 0, "minutes_since": 10, "recent": 1}
    assert [line.split(" ", 1)[1] for line in reading.text.splitlines()] == [
        "web revision 5: web:5", "web revision 4: web:4",
    ]  # fmt: skip
    assert cluster.asked[0].query["fieldSelector"] == "metadata.name=web"


async def test_logs_of_a_deployment(cluster: Site) -> None:
    reading = await looked(
        cluster, what="logs", namespace="shop", name="web", lines=50, since=timedelta(hours=1), contains="error"
    )

    assert reading.text == "web-1: ERROR no stock" and reading.values == {"lines": 1, "pods": 1}
    assert cluster.asked[1].query["labelSelector"] == "app=web,tier=front"
    assert (cluster.asked[2].query["tailLines"], cluster.asked[2].query["sinceSeconds"]) == ("50", "3600")


async def test_of_long_logs_the_newest_lines_of_each_pod_are_kept(cluster: Site) -> None:
    cluster.page("/api/v1/namespaces/shop/pods", {"items": [pod("web-1"), pod("web-2")]})
    for name in ("web-1", "web-2"):
        cluster.page(f"/api/v1/namespaces/shop/pods/{name}/log", "".join(f"{n:04} {'x' * 100}\n" for n in range(1000)))
    text = (await looked(cluster, what="logs", namespace="shop", name="web", lines=1000)).text

    assert len(text) < 64 * 1024
    assert text.count("web-1: 0999") == text.count("web-2: 0999") == 1 and "0000" not in text


async def test_what_is_named_and_not_there_is_missing(cluster: Site) -> None:
    cluster.page("/api/v1/pods", {"items": []})
    for options in ({"name": "web-9"}, {"selector": "app=web"}):
        with pytest.raises(Unseen) as why:
            await looked(cluster, what="pods", **options)
        assert why.value.fault is Fault.MISSING
    assert (await looked(cluster, what="pods")).values["pods"] == 0


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, Fault.DENIED), (403, Fault.DENIED), (404, Fault.MISSING), (500, Fault.UNEXPECTED), (302, Fault.UNEXPECTED)],
)
async def test_a_cluster_that_does_not_say(cluster: Site, status: int, fault: Fault) -> None:
    cluster.page("/api/v1/nodes", {"kind": "Status"}, status)
    with pytest.raises(Unseen) as why:
        await looked(cluster, what="nodes")

    assert why.value.fault is fault and "t0ken" not in why.value.summary


@pytest.mark.parametrize("what", [what for what in VALUES if what != "logs"])
@pytest.mark.parametrize("body", [{}, [], {"items": 7}, {"items": [1, None, "x", {}, {"metadata": 1, "status": []}]}])
async def test_strange_shapes_break_nothing(cluster: Site, what: str, body: Any) -> None:
    for path in PAGES:
        cluster.page(path, body)

    assert (await looked(cluster, what=what)).fault is Fault.NONE


async def test_the_token_and_the_authority_may_stand_in_files(tmp_path: Path) -> None:
    shop = identity(tmp_path, NOW.replace(year=2036), NOW.replace(year=2020))
    token = tmp_path / "token"
    token.write_text("fr0m-a-file\n")
    async with a_site(shop.serve) as site:
        site.page("/api/v1/nodes", {"items": NODES})
        options = KubernetesOptions(what="nodes", ca=str(tmp_path / f"{HERE}.pem"), token_file=str(token))
        reading = await read(spot(site.address), options, Reach())

        assert reading.values["nodes"] == 2
        assert site.asked[0].headers["Authorization"] == "Bearer fr0m-a-file"


@pytest.mark.parametrize("options", [{"ca": "no/such/file"}, {"token_file": "no/such/file"}])
async def test_files_that_are_not_there(cluster: Site, options: dict[str, str]) -> None:
    with pytest.raises(Unseen) as why:
        await looked(cluster, what="nodes", **options)

    assert why.value.fault is Fault.BROKEN and "no/such/file" in why.value.summary


@pytest.mark.parametrize("wrong", [{"namespace": "../secrets"}, {"name": "a/b"}, {"what": "secrets"}, {"what": "logs"}])
def test_only_what_may_be_asked(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        KubernetesOptions(**{"what": "pods", **wrong})  # type: ignore[arg-type]
