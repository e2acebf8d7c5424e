// A debugger that debugs nothing: its sessions run until they are ended.
const vscode = require('vscode');

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('example', {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(adapter()),
    }),
  );
};

function adapter() {
  const sent = new vscode.EventEmitter();
  let seq = 0;
  const send = (message) => sent.fire({ seq: ++seq, ...message });
  const bodies = { threads: { threads: [] }, setBreakpoints: { breakpoints: [] } };
  return {
    onDidSendMessage: sent.event,
    handleMessage({ seq: request, command }) {
      send({ type: 'response', request_seq: request, success: true, command, body: bodies[command] ?? {} });
      if (command === 'initialize') send({ type: 'event', event: 'initialized' });
      if (command === 'disconnect' || command === 'terminate') send({ type: 'event', event: 'terminated' });
    },
    dispose: () => sent.dispose(),
  };
}
