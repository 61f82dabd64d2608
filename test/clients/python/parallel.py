"""Twenty requests at once, every second one streamed."""

import asyncio
import json

from openai import AsyncOpenAI


async def ask(client: AsyncOpenAI, index: int) -> str:
    params = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": f"Question {index}, ünïcode"}],
    }
    if index % 2 == 0:
        completion = await client.chat.completions.create(**params)
        return completion.choices[0].message.content
    stream = await client.chat.completions.create(**params, stream=True)
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:
        answers = await asyncio.gather(*(ask(client, index) for index in range(20)))
    print(json.dumps({"answers": answers}))


asyncio.run(main())
