"""A completion with the retries that the SDK makes by itself."""

import json

import openai

client = openai.OpenAI()
try:
    completion = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Say hello."}]
    )
    print(json.dumps({"content": completion.choices[0].message.content}))
except openai.APIError as error:
    print(json.dumps({"error": type(error).__name__}))
