"""A call of tools, its results sent back, and the same call out of a stream."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
messages = [{"role": "user", "content": "How is the weather?"}]
tool = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}

first = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=[tool])
message = first.choices[0].message
results = [
    {"role": "tool", "tool_call_id": call.id, "content": "12 °C, rain"} for call in message.tool_calls
]
second = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[*messages, message.model_dump(exclude_unset=True), *results],
    tools=[tool],
)
with client.chat.completions.stream(model="gpt-4o-mini", messages=messages, tools=[tool]) as stream:
    streamed = stream.get_final_completion().choices[0].message

print(
    json.dumps(
        {
            "finish_reason": first.choices[0].finish_reason,
            "inputs": [json.loads(call.function.arguments) for call in message.tool_calls],
            "answer": second.choices[0].message.content,
            "streamed_inputs": [json.loads(call.function.arguments) for call in streamed.tool_calls],
        }
    )
)
