"""A process that rebuilds in small parts and says each step, until it is killed or done. Settings come from the environment."""

import asyncio
import os
from random import Random

from consumers import filling
from consumers.rebuild import Rebuild, Wanted
from delivery.classification import classifier_of
from ops.commands.moments import now_ms
from ops.configuration import read_configuration
from store.opening import open_generations


async def run() -> None:
    settings = read_configuration(os.environ)
    filling.BATCH_EVENTS = filling.CLOSE_EVENTS = 100
    classifier = classifier_of(settings.consumers.classification_file)
    generations = open_generations(settings.store, classifier)
    await generations.open()
    print("open", flush=True)
    if await generations.retired():  # the one before was killed when nothing but this was left: eds rebuild --drop-old
        await generations.drop_retired()
        await generations.close()
        return
    told = Rebuild(
        generations, settings.kafka, classifier, Wanted(), now=now_ms, random=Random(1),
        told=lambda step, done, _: print(step, done, flush=True),
    )  # fmt: skip
    outcome = await told.run()
    assert outcome.swapped, outcome
    await generations.close()


if __name__ == "__main__":
    asyncio.run(run())
