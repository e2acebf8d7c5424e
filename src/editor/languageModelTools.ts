import * as vscode from 'vscode';
import { AGENT_TOOLS, type AgentTool } from '../engine/agentTools.ts';
import type { Engine } from '../engine/engineApi.ts';
import { presentation, workspaceFolders } from './presentation.ts';

/** Lets agents in VS Code ask for their own use, where this editor has such tools. Their names and schemas stand in the manifest. */
export function registerAgentTools(engine: Engine): vscode.Disposable {
  if (typeof vscode.lm?.registerTool !== 'function') return new vscode.Disposable(() => {});
  const tools = Object.entries<AgentTool>(AGENT_TOOLS).map(([name, tool]) =>
    vscode.lm.registerTool(`agentTokenMeter_${name}`, {
      prepareInvocation: () => ({ invocationMessage: vscode.l10n.t('Looking at what agents used') }),
      async invoke({ input }) {
        const { timeZone, nowMs } = presentation();
        const { text, report } = await tool.answer(engine, input, { folders: workspaceFolders(), timeZone, nowMs });
        const parts = report ? [text, JSON.stringify(report)] : [text];
        return new vscode.LanguageModelToolResult(parts.map((part) => new vscode.LanguageModelTextPart(part)));
      },
    }),
  );
  return vscode.Disposable.from(...tools);
}

/**
 * Offers the same to agents that speak the Model Context Protocol, where this editor knows of such servers. The server asks the engine that
 * runs already.
 */
export function offerMcpServer(context: vscode.ExtensionContext, storageDir: string): vscode.Disposable {
  if (typeof vscode.lm?.registerMcpServerDefinitionProvider !== 'function') return new vscode.Disposable(() => {});
  return vscode.lm.registerMcpServerDefinitionProvider('agentTokenMeter', {
    provideMcpServerDefinitions: () => [mcpServer(context, storageDir)],
  });
}

/** How the editor starts that server. */
export function mcpServer(
  { extensionUri, extension }: Pick<vscode.ExtensionContext, 'extensionUri' | 'extension'>,
  storageDir: string,
): vscode.McpStdioServerDefinition {
  const server = new vscode.McpStdioServerDefinition(
    'Agent Token Meter',
    process.execPath,
    [vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath, 'mcp', '--engine', storageDir],
    // The desktop's own program is Node when this says so.
    { ELECTRON_RUN_AS_NODE: '1' },
    String(extension.packageJSON.version),
  );
  server.cwd = vscode.workspace.workspaceFolders?.[0]?.uri;
  return server;
}
