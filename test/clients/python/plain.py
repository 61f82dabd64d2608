"""A plain completion, with the headers of the answer."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
raw = client.chat.completions.with_raw_response.create(
    model="gpt-4o-mini", messages=[{"role": "user", "content": "Grüß Gott, 你好 👋🏽"}]
)
completion = raw.parse()
print(
    json.dumps(
        {
            "content": completion.choices[0].message.content,
            "total_tokens": completion.usage.total_tokens,
            "request_id": raw.headers.get("x-relaycore-request-id"),
            "cost_usd": raw.headers.get("x-relaycore-cost-usd"),
            "body": raw.text,
        }
    )
)
