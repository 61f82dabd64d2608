"""What is raised for the models that stand on the command line, plain and streamed."""

import json
import sys

import openai

client = openai.OpenAI()
messages = [{"role": "user", "content": "Say hello."}]


def raised(ask):
    try:
        ask()
    except openai.APIError as error:
        return {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": error.code,
            "message": error.message,
        }
    return None


def read(model):
    for _ in client.chat.completions.create(model=model, messages=messages, stream=True):
        pass


print(
    json.dumps(
        {
            model: {
                "plain": raised(lambda: client.chat.completions.create(model=model, messages=messages)),
                "streamed": raised(lambda: read(model)),
            }
            for model in sys.argv[1:]
        }
    )
)
