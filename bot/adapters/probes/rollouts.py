"""What was rolled out in a Kubernetes cluster, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.probes.cluster import Told, place
from bot.adapters.probes.dig import dig, items, number, word

# https://kubernetes.io/docs/reference/labels-annotations-taints/#deployment-kubernetes-io-revision
REVISION = "deployment.kubernetes.io/revision"


def rolled(
    deployments: Sequence[Any], sets: Sequence[Any], now: datetime, since: timedelta | None, last: int
) -> Told:  # fmt: skip
    """
    Deployments that are not complete, and the last revisions (replica sets) of all of them, the newest first.

    `since` is how far back a revision is recent.
    """
    mine = sorted(_of(deployments, sets), key=created, reverse=True)
    late = [each for each in deployments if incomplete(each)]
    values = {"deployments": float(len(deployments)), "not_ready": float(len(late))}
    ages = [age for each in mine if (age := _minutes(each, now)) is not None]
    if ages:
        values["minutes_since"] = min(ages)
    if since:
        values["recent"] = float(sum(age <= since / timedelta(minutes=1) for age in ages))
    lines = [f"{place(each)}: {incomplete(each)}" for each in late] + [_told(each) for each in mine[:last]]
    return Told(f"{len(deployments) - len(late)} of {len(deployments)} deployments are complete", values, lines)


def _of(deployments: Sequence[Any], sets: Sequence[Any]) -> list[Any]:
    """The replica sets that these deployments own."""
    owners = {word(each, "metadata.uid") for each in deployments}
    return [each for each in sets if owners & {word(owner, "uid") for owner in items(each, "metadata.ownerReferences")}]


def incomplete(deployment: Any) -> str:
    """What it lacks; "" when it is as it should be."""
    wanted = number(dig(deployment, "spec.replicas"))
    wanted = 1.0 if wanted is None else wanted
    ready = number(dig(deployment, "status.readyReplicas")) or 0.0
    updated = number(dig(deployment, "status.updatedReplicas")) or 0.0
    return "" if min(ready, updated) >= wanted else f"{ready:g} ready and {updated:g} up to date of {wanted:g}"


def created(made: Any) -> str:
    return word(made, "metadata.creationTimestamp")


def _told(made: Any) -> str:
    # the annotation's name has dots in it
    notes = dig(made, "metadata.annotations")
    revision = notes.get(REVISION, "?") if isinstance(notes, dict) else "?"
    images = ", ".join(word(each, "image") for each in items(made, "spec.template.spec.containers"))
    return f"{created(made)} {word(made, 'metadata.ownerReferences.0.name')} revision {revision}: {images}"


def _minutes(made: Any, now: datetime) -> float | None:
    try:
        return (now - datetime.fromisoformat(created(made))) / timedelta(minutes=1)
    except (ValueError, TypeError):
        return None
