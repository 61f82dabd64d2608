"""The same question twice, plain and then streamed."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
params = {
    "model": "gpt-4o-mini",
    "temperature": 0,
    "messages": [{"role": "user", "content": "What does Python ask twice?"}],
}
first = client.chat.completions.with_raw_response.create(**params)
second = client.chat.completions.with_raw_response.create(**params)
third = client.chat.completions.with_raw_response.create(**params, stream=True)
streamed = "".join([chunk.choices[0].delta.content or "" for chunk in third.parse()])
print(
    json.dumps(
        {
            "outcomes": [raw.headers.get("x-relaycore-cache") for raw in (first, second, third)],
            "bodies": [first.text, second.text],
            "content": first.parse().choices[0].message.content,
            "streamed": streamed,
        }
    )
)
