import * as v from 'valibot';
import { budgetReport, budgetText, consumptionReport, consumptionText } from '../views/budgetReport.ts';
import type { EngineApi } from './engineApi.ts';
import { BadWord, usageQuestion } from './usageQuestion.ts';

/** What an agent may ask of its own use, whichever way it asks. Nothing is changed by it. */
export interface AgentTool {
  title: string;
  /** For models: what it tells, and when it is of use. */
  description: string;
  /** JSON Schema of what it takes. */
  inputSchema: { type: 'object'; properties: Record<string, object>; additionalProperties: false };
  /** Rejects with a `BadWord` that says what is wrong with the input. */
  answer(engine: AgentEngine, input: unknown, asker: Asker): Promise<AgentAnswer>;
}

export type AgentEngine = Pick<EngineApi, 'usage' | 'live' | 'attributionReport' | 'sessionNamed' | 'costOf'>;

/** Who asks: from which folders, when, and where a day begins. */
export interface Asker {
  folders: string[];
  timeZone: string;
  nowMs: number;
}

/** The same as sentences and as data. */
export interface AgentAnswer {
  text: string;
  /** `null`: there is nothing to tell of. */
  report: object | null;
}

const word = v.optional(v.pipe(v.string(), v.maxLength(4096)));
const usageInput = v.strictObject({
  window: v.optional(v.picklist(['day', 'week', 'month', 'all'])),
  agent: word,
  model: word,
  workspace: word,
});
const consumptionInput = v.strictObject({ session: word, workspace: word });

const text = (description: string) => ({ type: 'string', description });

/** The tools by name. */
export const AGENT_TOOLS = {
  usage: {
    title: 'Token usage',
    description:
      'Tokens, requests and cost of coding agents on this machine in a day, week or month; how full the context window of the present session is, and what is left of the weekly budget and of quotas. Use it to see your own budget before long work.',
    inputSchema: {
      type: 'object',
      properties: {
        window: {
          type: 'string',
          enum: ['day', 'week', 'month', 'all'],
          description: 'Default: week, which begins Monday 00:00 UTC unless set otherwise.',
        },
        agent: text('Only this agent: claude-code, codex, gemini-cli, opencode ...'),
        model: text('Only this model.'),
        workspace: text('Only sessions in this folder (absolute path) or below it.'),
      },
      additionalProperties: false,
    },
    async answer(engine, given, asker) {
      const { agent, workspace, ...words } = parsed(usageInput, given);
      const { timeZone, nowMs } = asker;
      const question = usageQuestion(
        { ...words, workspace, agent: agent === undefined ? undefined : [agent] },
        { nowMs },
      );
      const usage = await engine.usage({ ...question, timeZone });
      const folders = workspace === undefined ? asker.folders : [workspace];
      const live = await engine.live({ folders, timeZone, nowMs });
      const report = budgetReport(usage, live, await engine.costOf({ ...question, timeZone }));
      return { text: budgetText(report), report };
    },
  },
  whatConsumed: {
    title: 'What consumed my tokens',
    description:
      'What fills the context window of the present session and what its tokens were spent on: by kind of tool, by file, program and host; how many tokens are left until the agent compacts, and what would save tokens. Use it to decide whether to compact or to read less.',
    inputSchema: {
      type: 'object',
      properties: {
        session: text('Id of a session. Default: the one that was written to last in the folder, or anywhere.'),
        workspace: text('Folder (absolute path) whose session is meant. Default: the folder of who asks.'),
      },
      additionalProperties: false,
    },
    async answer(engine, given, asker) {
      const { session, workspace } = parsed(consumptionInput, given);
      const sessionKey = await keyOf(engine, session, workspace, asker);
      const found =
        sessionKey === undefined ? null : await engine.attributionReport({ sessionKey, nowMs: asker.nowMs });
      if (!found) return { text: 'There is no session yet.', report: null };
      const report = consumptionReport(found);
      return { text: consumptionText(report), report };
    },
  },
} satisfies Record<string, AgentTool>;

async function keyOf(
  engine: AgentEngine,
  name: string | undefined,
  workspace: string | undefined,
  { folders, timeZone, nowMs }: Asker,
): Promise<string | undefined> {
  if (name === undefined) {
    const { session } = await engine.live({
      folders: workspace === undefined ? folders : [workspace],
      timeZone,
      nowMs,
    });
    return session ? `${session.agent}:${session.session}` : undefined;
  }
  const key = await engine.sessionNamed({ name });
  if (key === null) throw new BadWord('session', 'is none of this machine');
  return key;
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, given: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given ?? {});
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BadWord(v.getDotPath(issue) ?? 'the input', 'is not as its schema says');
}
