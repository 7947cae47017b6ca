"""A plain script, as people write one: each line of standard input a message, 50 in flight."""

import asyncio
import sys

import aiomqtt

__all__ = ["main"]

IN_FLIGHT = 50


async def main(host: str, port: str, user: str, password: str, topic: str) -> None:
    """Publish the lines, and end when all are acknowledged."""
    free = asyncio.Semaphore(IN_FLIGHT)
    async with (
        aiomqtt.Client(host, int(port), username=user, password=password) as client,
        asyncio.TaskGroup() as tasks,
    ):
        client.pending_calls_threshold = 10 * IN_FLIGHT

        async def publish(line: bytes) -> None:
            await client.publish(topic, line, qos=1)
            free.release()

        for line in sys.stdin.buffer.read().splitlines():
            await free.acquire()
            tasks.create_task(publish(line))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
