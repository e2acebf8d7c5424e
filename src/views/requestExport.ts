import type { ExportedCaller, ExportedRequest } from '../queries/exportedRequests.ts';
import { COST_HIDDEN } from '../store/accountRules.ts';
import { COSTS_SHOWN, type CostShown } from './costShown.ts';
import type { ExportFormat } from './requestGridView.ts';
import { csvLine } from './textTable.ts';

/** A file of requests, piece by piece: any number of them in constant memory. Numbers are not formatted, times are ISO 8601 in UTC. */
export interface RequestExport {
  begin: string;
  /** Some requests. @param isFirst none were written before */
  rows(requests: readonly ExportedRequest[], isFirst: boolean): string;
  end: string;
}

type Value = string | number | boolean | null;

/** Some fields that stand side by side. */
interface Part {
  names: readonly string[];
  isCost?: boolean;
  values(request: ExportedRequest, cost: CostShown): Value[];
  /** No text that somebody else chose: nothing of it needs quotes in CSV. */
  isPlain?: boolean;
  /** The same for all requests of a caller: written once for them. */
  ofCaller?: boolean;
}

/** What is exported of a request: the figures and names of the command line's `requests`, one value each. */
const PARTS: readonly Part[] = [
  { names: ['at'], isPlain: true, values: ({ atMs }) => [new Date(atMs).toISOString()] },
  {
    names: ['agent', 'name', 'provider', 'model'],
    ofCaller: true,
    values: ({ caller }) => [caller.agent, caller.agentName, caller.provider, caller.model],
  },
  {
    names: [
      'input_tokens',
      'cache_read',
      'cache_creation',
      'cache_creation_1h',
      'output_tokens',
      'reasoning_tokens',
      'total_tokens',
    ],
    isPlain: true,
    values({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }) {
      const cacheWrite = cacheWrite5m + cacheWrite1h;
      return [input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning, input + cacheRead + cacheWrite + output];
    },
  },
  {
    names: ['cost_usd'],
    isCost: true,
    isPlain: true,
    values: ({ caller, costUsd }) => [caller.costShown === COST_HIDDEN ? null : costUsd],
  },
  {
    names: ['cost_shown', 'price_source'],
    isCost: true,
    ofCaller: true,
    values({ caller: { costShown, priceSource } }, cost) {
      const own = COSTS_SHOWN[costShown];
      return [own === 'list' ? cost : own, costShown === COST_HIDDEN ? null : priceSource];
    },
  },
  { names: ['estimated', 'rule'], isPlain: true, values: ({ estimated, rule }) => [estimated === 1, rule] },
  {
    names: ['session', 'thread', 'workspace', 'account', 'user'],
    ofCaller: true,
    values: ({ caller }) => [caller.sessionId, caller.thread, caller.workspace, caller.account, caller.user],
  },
  { names: ['request', 'path', 'offset'], values: ({ requestKey, path, offset }) => [requestKey, path, offset] },
];

/** How a file is written. Parts of a row are separated by commas. */
interface Form {
  begin(names: readonly string[]): string;
  /** Before the very first row, and before each other. */
  first: string;
  next: string;
  /** What writes a part of a row. */
  part(part: Pick<Part, 'names' | 'isPlain'>): (values: readonly Value[]) => string;
  /** After each row. */
  last: string;
  end: string;
}

const FORMS: Record<ExportFormat, Form> = {
  /** RFC 4180, with the mark by which Excel knows UTF-8. */
  csv: {
    begin: (names) => `\uFEFF${csvLine(names)}\r\n`,
    first: '',
    next: '',
    part:
      ({ isPlain }) =>
      (values) =>
        isPlain ? values.join() : csvLine(values.map((value) => (typeof value === 'boolean' ? String(value) : value))),
    last: '\r\n',
    end: '',
  },
  json: {
    begin: () => '[',
    first: '\n{',
    next: ',\n{',
    part({ names }) {
      const begins = names.map((name, i) => `${i === 0 ? '' : ','}"${name}":`);
      return (values) => {
        let text = '';
        for (let i = 0; i < values.length; i++) {
          const value = values[i];
          text += `${begins[i]}${typeof value === 'string' ? JSON.stringify(value) : value}`;
        }
        return text;
      };
    },
    last: '}',
    end: '\n]\n',
  },
};

/** @param cost as the user wants costs: where they are off, nothing of them is in the file */
export function requestExport(format: ExportFormat, cost: CostShown = 'list'): RequestExport {
  const form = FORMS[format];
  const parts = PARTS.filter(({ isCost }) => !isCost || cost !== 'off');
  const writers = parts.map((part) => {
    const text = form.part(part);
    const write = (request: ExportedRequest): string => text(part.values(request, cost));
    return part.ofCaller ? onceForCaller(write) : write;
  });
  return {
    begin: form.begin(parts.flatMap(({ names }) => names)),
    rows(requests, isFirst) {
      let text = '';
      for (const request of requests) {
        text += isFirst && text === '' ? form.first : form.next;
        for (let i = 0; i < writers.length; i++) text += `${i === 0 ? '' : ','}${writers[i]?.(request)}`;
        text += form.last;
      }
      return text;
    },
    end: form.end,
  };
}

function onceForCaller(write: (request: ExportedRequest) => string): (request: ExportedRequest) => string {
  const written = new WeakMap<ExportedCaller, string>();
  return (request) => {
    let text = written.get(request.caller);
    if (text === undefined) {
      text = write(request);
      written.set(request.caller, text);
    }
    return text;
  };
}
