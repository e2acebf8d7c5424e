import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder that holds the built pages. Nothing else is readable by them. */
export const pagesFolder = (extensionUri: vscode.Uri): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

/** The document of a page: an empty body that the page's script fills, under a policy that allows only our own files. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: string, title: string): string {
  const nonce = randomBytes(18).toString('base64');
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${webview.cspSource}`,
    `style-src 'nonce-${nonce}' ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" nonce="${nonce}" content="${nonce}">
  <title>${title}</title>
  <link rel="stylesheet" nonce="${nonce}" href="${file('webview.css')}">
  <script type="application/json" id="texts" nonce="${nonce}">${texts()}</script>
</head>
<body>
  <script type="module" nonce="${nonce}" src="${file(`${page}.js`)}"></script>
</body>
</html>`;
}

/** The page's texts in the language of this window, as JSON that cannot end its element. */
const texts = (): string => JSON.stringify(vscode.l10n.bundle ?? {}).replaceAll('<', '\\u003c');
