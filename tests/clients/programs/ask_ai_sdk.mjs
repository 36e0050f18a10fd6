// The AI SDK (ai) with the providers openai (chat and responses), openai-compatible and anthropic.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { listen } from "./asking.mjs";

const Person = z.object({ name: z.string(), age: z.number().int(), tags: z.array(z.string()) });
const compatible = { name: "inglenook", includeUsage: true, supportsStructuredOutputs: true };

/** A model of one of the providers. */
function model({ url, key, provider, model }) {
  const asked = { baseURL: `${url}/v1`, apiKey: key };
  if (provider === "anthropic") return createAnthropic(asked)(model);
  if (provider === "openai-compatible") return createOpenAICompatible({ ...compatible, ...asked })(model);
  return provider === "openai-chat" ? createOpenAI(asked).chat(model) : createOpenAI(asked).responses(model);
}

/** Ask in one piece or streamed: what came, with what was streamed put together. */
async function said(asked, more) {
  const question = { model: model(asked), prompt: "Hello there.", maxRetries: 0, ...more };
  if (!asked.stream) return await generateText(question);
  let failed;
  const told = streamText({ ...question, onError: ({ error }) => (failed = error) });
  const kinds = [];
  let text = "";
  for await (const part of told.fullStream) {
    kinds.push(part.type);
    if (part.type === "text-delta") text += part.text;
  }
  if (failed) throw failed;
  const [finishReason, usage, totalUsage, steps, output] = [
    await told.finishReason,
    await told.usage,
    await told.totalUsage,
    await told.steps,
    more.output && (await told.output),
  ];
  const reasoningText = await told.reasoningText;
  return { text, kinds, finishReason, usage, totalUsage, steps, output, reasoningText };
}

async function talk(asked) {
  const told = await said(asked, {});
  const { text, finishReason: end, usage, reasoningText: thoughts, kinds } = told;
  return { text, end, tokens: usage.outputTokens, thoughts: thoughts ?? "", pieces: kinds?.length ?? 0 };
}

async function tools(asked) {
  const execute = async ({ city }) => `rain in ${city}`;
  const weather = tool({ description: "The weather.", inputSchema: z.object({ city: z.string() }), execute });
  const told = await said(asked, { tools: { weather }, stopWhen: stepCountIs(3) });
  const calls = told.steps.flatMap((step) => step.toolCalls).map((call) => [call.toolName, call.input]);
  return { text: told.steps.at(-1).text, calls, steps: told.steps.length };
}

async function schema(asked) {
  return (await said(asked, { output: Output.object({ schema: Person }) })).output;
}

await listen({ talk, tools, schema });
