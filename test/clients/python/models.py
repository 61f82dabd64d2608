"""The list of models, one of them, and one that is not there."""

import json

import openai

client = openai.OpenAI(max_retries=0)
missing = None
try:
    client.models.retrieve("none-such")
except openai.NotFoundError as error:
    missing = error.code
print(
    json.dumps(
        {
            "ids": [model.id for model in client.models.list()],
            "one": client.models.retrieve("gpt-4o").id,
            "missing": missing,
        }
    )
)
