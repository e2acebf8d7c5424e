import * as v from 'valibot';
import type { Engine } from '../engine/engineApi.ts';
import { BadWord, usageQuestion } from '../engine/usageQuestion.ts';
import type { AgentTokenMeter } from './publicApi.ts';
import type { StatusBarMeter } from './statusBarMeter.ts';

const word = v.optional(v.pipe(v.string(), v.maxLength(4096)));

/** What other extensions may ask; they are not checked by any compiler here. */
const usageWords = v.strictObject({
  window: word,
  since: word,
  until: word,
  agent: v.optional(v.pipe(v.array(v.string()), v.maxLength(100))),
  workspace: word,
  subagent: word,
  provider: word,
  model: word,
  session: word,
  account: word,
  user: word,
  used: word,
  item: word,
  tz: word,
});
const attributionWords = v.strictObject({ session: word });

/** What `activate` returns to other extensions: `api.d.ts`, which is published with the package. */
export function extensionApi(engine: Engine, meter: StatusBarMeter): AgentTokenMeter {
  const keyOf = async (name: string | undefined): Promise<string | undefined> => {
    if (name === undefined) return undefined;
    const key = await engine.sessionNamed({ name });
    if (key === null) throw new BadWord('session', 'is none of this machine');
    return key;
  };
  return {
    version: 1,
    get meterText() {
      return meter.text;
    },
    async usage(request) {
      const { session, ...words } = parsed(usageWords, request);
      const question = usageQuestion(words, { nowMs: Date.now() });
      return engine.usage({ ...question, session: await keyOf(session) });
    },
    async attribution(request) {
      const { session } = parsed(attributionWords, request);
      return engine.attributionReport({ sessionKey: await keyOf(session), nowMs: Date.now() });
    },
    onDidChangeUsage: (listener) => engine.onChanged(listener),
  };
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, given: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given ?? {});
  if (result.success) return result.output;
  throw new BadWord(v.getDotPath(result.issues[0]) ?? 'the request', 'is not as api.d.ts says');
}
