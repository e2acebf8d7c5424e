/** How much of an answer is taken, and how long it may take. */
export interface FetchLimits {
  bytes: number;
  ms: number;
}

/**
 * Fetches a text, without cookies or anything of the user. In the extension host `fetch` follows VS Code's proxy settings. Rejects with a sentence
 * for anything but a whole answer within the limits; an answer that is too large is not read to its end.
 */
export async function fetchText(url: string, limits: FetchLimits): Promise<string> {
  const signal = AbortSignal.timeout(limits.ms);
  try {
    const answer = await fetch(url, { signal, credentials: 'omit', headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Answered(`it answered ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = answer.body?.getReader();
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) break;
      bytes += part.value.byteLength;
      if (bytes > limits.bytes) {
        await reader?.cancel();
        throw new Answered(`its answer is larger than ${Math.round(limits.bytes / 1e6)} MB`);
      }
      chunks.push(part.value);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  } catch (error) {
    if (signal.aborted) throw new Error(`it did not answer within ${Math.round(limits.ms / 1000)} s`);
    if (error instanceof Answered) throw error;
    throw new Error(`it cannot be reached (${reasonOf(error)})`);
  }
}

/** It was reached. */
class Answered extends Error {}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : error instanceof Error ? error.message : String(error);
}
