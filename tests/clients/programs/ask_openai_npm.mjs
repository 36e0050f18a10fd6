// openai, the package on npm.
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { listen } from "./asking.mjs";

const HELLO = [{ role: "user", content: "Hello there." }];
const PARAMETERS = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const Person = z.object({ name: z.string(), age: z.number().int(), tags: z.array(z.string()) });

const client = ({ url, key }) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });

async function models(asked) {
  const found = [];
  for await (const each of client(asked).models.list()) found.push(each.id);
  return found;
}

async function plain(asked) {
  const told = await client(asked).chat.completions.create({ model: asked.model, messages: HELLO });
  const [choice] = told.choices;
  const { content: text } = choice.message;
  return { text, end: choice.finish_reason, tokens: told.usage.completion_tokens, request: told._request_id };
}

async function streamed(asked) {
  const question = { model: asked.model, messages: HELLO, stream: true, stream_options: { include_usage: true } };
  let [text, pieces, tokens] = ["", 0, 0];
  for await (const chunk of await client(asked).chat.completions.create(question)) {
    text += chunk.choices[0]?.delta.content ?? "";
    pieces += 1;
    tokens = chunk.usage?.completion_tokens ?? tokens;
  }
  return { text, pieces, tokens };
}

/** The library calls the function itself and sends back what it told. */
async function tools(asked) {
  const calls = [];
  const weather = ({ city }) => {
    calls.push(["weather", { city }]);
    return `rain in ${city}`;
  };
  const tool = { name: "weather", parameters: PARAMETERS, parse: JSON.parse, function: weather };
  const question = { model: asked.model, messages: HELLO, tools: [{ type: "function", function: tool }] };
  const runner = client(asked).chat.completions.runTools({ ...question, stream: asked.stream });
  return { text: await runner.finalContent(), calls };
}

async function schema(asked) {
  const question = { model: asked.model, messages: HELLO, response_format: zodResponseFormat(Person, "person") };
  const chat = client(asked).chat.completions;
  const told = asked.stream ? await chat.stream(question).finalChatCompletion() : await chat.parse(question);
  return told.choices[0].message.parsed;
}

async function response(asked) {
  const told = await client(asked).responses.create({ model: asked.model, input: "Hello there." });
  return { text: told.output_text, status: told.status, tokens: told.usage.output_tokens };
}

async function responseStreamed(asked) {
  const events = client(asked).responses.stream({ model: asked.model, input: "Hello there." });
  const kinds = [];
  for await (const each of events) kinds.push(each.type);
  return { text: (await events.finalResponse()).output_text, kinds };
}

async function responseTools(asked) {
  const tool = { type: "function", name: "weather", parameters: PARAMETERS, strict: false };
  const question = { model: asked.model, input: "Hello there.", tools: [tool] };
  const { responses } = client(asked);
  const told = asked.stream ? await responses.stream(question).finalResponse() : await responses.create(question);
  return told.output.filter((each) => each.type === "function_call").map((each) => [each.name, each.arguments]);
}

async function responseSchema(asked) {
  const text = { format: zodTextFormat(Person, "person") };
  const told = await client(asked).responses.parse({ model: asked.model, input: "Who?", text });
  return told.output_parsed;
}

async function embeddings(asked) {
  const told = await client(asked).embeddings.create({ model: asked.model, input: ["one", "two"] });
  return told.data.map((each) => each.embedding);
}

const responses = { response, responseStreamed, responseTools, responseSchema };
await listen({ models, plain, streamed, tools, schema, embeddings, ...responses });
