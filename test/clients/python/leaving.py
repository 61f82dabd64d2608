"""A stream that is left after its first text, and a request that takes too long."""

import json

import openai

client = openai.OpenAI(max_retries=0)
messages = [{"role": "user", "content": "Say hello."}]

stream = client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
for chunk in stream:
    if chunk.choices[0].delta.content:
        break
stream.close()

error = None
try:
    client.chat.completions.create(model="gpt-4o-mini", messages=messages, timeout=0.2)
except openai.APIError as raised:
    error = type(raised).__name__

print(json.dumps({"text": chunk.choices[0].delta.content, "error": error}))
