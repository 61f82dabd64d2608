"""The same stream three times: iterated over, with usage, and assembled by the SDK's helper."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
messages = [{"role": "user", "content": "Say hello."}]


def texts(chunks):
    return [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]


iterated = list(client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True))
with_usage = list(
    client.chat.completions.create(
        model="gpt-4o-mini",
        messages=messages,
        stream=True,
        stream_options={"include_usage": True},
    )
)
with client.chat.completions.stream(model="gpt-4o-mini", messages=messages) as stream:
    for event in stream:
        pass
    final = stream.get_final_completion()

print(
    json.dumps(
        {
            "iterated": texts(iterated),
            "iterated_usages": [chunk.model_dump(exclude_unset=True).get("usage", "none") for chunk in iterated],
            "with_usage": texts(with_usage),
            "total_tokens": with_usage[-1].usage.total_tokens,
            "final": final.choices[0].message.content,
        }
    )
)
