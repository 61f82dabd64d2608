"""Embeddings in the SDK's default form, which is base64, and in numbers."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
ask = {"model": "text-embedding-3-small", "input": ["Say hello.", "Say goodbye."]}
packed = client.embeddings.create(**ask)
plain = client.embeddings.create(**ask, encoding_format="float")
print(
    json.dumps(
        {
            "packed": [list(item.embedding) for item in packed.data],
            "plain": [list(item.embedding) for item in plain.data],
        }
    )
)
