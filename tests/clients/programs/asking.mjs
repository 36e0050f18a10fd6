// How a program with a client library talks with the tests: as asking.py does, in lines of JSON.
import { createInterface } from "node:readline";

const answers = process.stdout.write.bind(process.stdout);
console.log = console.info = console.warn = console.error; // a library that prints must not be taken for an answer

/** Answer until the tests have no more questions. */
export async function listen(asks) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { ask, ...question } = JSON.parse(line);
    answers(JSON.stringify(await answer(asks[ask], question)) + "\n");
  }
}

async function answer(ask, question) {
  try {
    return { told: await ask(question) };
  } catch (thrown) {
    const error = thrown.lastError ?? thrown;
    const code = error.code ?? error.data?.error?.code ?? error.data?.error?.type;
    return { raised: error.constructor.name, status: error.status ?? error.statusCode, code, words: String(error) };
  }
}
