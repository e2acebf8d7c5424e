import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { AGENT_TOOLS, type AgentTool } from '../engine/agentTools.ts';
import type { Engine } from '../engine/engineApi.ts';
import { joinEngine } from '../engine/joinEngine.ts';
import { BadWord } from '../engine/usageQuestion.ts';
import { MCP_OUTPUTS } from './mcpSchemas.ts';

export interface McpOptions {
  /** Of the extension. */
  version: string;
  /** Of the agent that asks: its session is meant when it names none. */
  folder: string;
  timeZone: string;
  /** Where the stores of running editors may be. */
  storageDirs: readonly string[];
  /** An engine for when no editor runs; it has read the transcripts. */
  otherwise: () => Promise<Engine>;
}

/** The tools under the names that agents see. */
const TOOLS: Record<string, AgentTool & { outputSchema: Tool['outputSchema'] }> = {
  usage: { ...AGENT_TOOLS.usage, outputSchema: MCP_OUTPUTS.usage as Tool['outputSchema'] },
  what_consumed_my_tokens: {
    ...AGENT_TOOLS.whatConsumed,
    outputSchema: MCP_OUTPUTS.whatConsumed as Tool['outputSchema'],
  },
};

/**
 * A server of the Model Context Protocol on stdin and stdout, until they end. It answers at once what it is; the engine is opened meanwhile.
 */
export async function serveMcp(options: McpOptions): Promise<void> {
  const opening = joinEngine(options.storageDirs, options.otherwise);
  // Told with the first question.
  opening.catch(() => undefined);
  const server = new Server(
    { name: 'agent-token-meter', title: 'Agent Token Meter', version: options.version },
    {
      capabilities: { tools: {} },
      instructions:
        'Tells what coding agents on this machine used: the present session’s context window, and tokens and cost by day, week and month. Read-only.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(TOOLS).map(([name, { title, description, inputSchema, outputSchema }]) => ({
      name,
      title,
      description,
      inputSchema,
      outputSchema,
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }): Promise<CallToolResult> => {
    const tool = Object.hasOwn(TOOLS, params.name) ? TOOLS[params.name] : undefined;
    if (!tool) throw new McpError(ErrorCode.InvalidParams, 'There is no such tool');
    return answer(await opening, tool, params.arguments, options);
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
  // What is being read then is of no use to anyone.
  const engine = await Promise.race([
    opening.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined))),
  ]);
  await engine?.dispose();
  process.exit(0);
}

async function answer(
  engine: Engine,
  tool: AgentTool,
  input: unknown,
  { folder, timeZone }: McpOptions,
): Promise<CallToolResult> {
  try {
    // The agent that asks has written to its transcript just now.
    await engine.sweep();
    const { text, report } = await tool.answer(engine, input, { folders: [folder], timeZone, nowMs: Date.now() });
    const content: CallToolResult['content'] = [{ type: 'text', text }];
    return report ? { content, structuredContent: { ...report } } : { content, isError: true };
  } catch (error) {
    const text = error instanceof BadWord ? `${error.message}.` : 'The figures cannot be had at the moment.';
    if (!(error instanceof BadWord)) process.stderr.write(`error: ${error}\n`);
    return { content: [{ type: 'text', text }], isError: true };
  }
}
