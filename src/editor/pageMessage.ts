import * as v from 'valibot';
import { LIMIT_PERIODS } from '../queries/limitWindow.ts';
import { FILTER_KEYS, SCOPES } from '../views/dashboardView.ts';
import { ACCOUNT_TYPES, LIMIT_UNITS } from '../views/limitSettings.ts';
import { PAGE_NAMES } from '../views/pageNames.ts';
import { FIELD_NAMES, type PriceFieldName } from '../views/pricesView.ts';
import type { PageMessage } from '../views/protocol.ts';
import { EXPORT_FORMATS, GRID_COLUMNS, GRID_LIMITS } from '../views/requestGridView.ts';

const turn = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const key = v.pipe(v.string(), v.maxLength(500));
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const day = v.pipe(v.string(), v.isoDate());
const unit = v.picklist(['day', 'week', 'month']);
/** Names in transcripts may be long. */
const value = v.pipe(v.string(), v.maxLength(8192));

const name = v.pipe(v.string(), v.maxLength(1000));
const price = { provider: name, model: name, tier: name, fromMs: v.pipe(v.number(), v.safeInteger()) };
const fields = v.object(
  Object.fromEntries(FIELD_NAMES.map((field) => [field, name])) as Record<PriceFieldName, typeof name>,
);
/** What people typed into a form: whether it is right is said to them, not refused. */
const typed = v.pipe(v.string(), v.maxLength(500));
const reset = { day: typed, dayOfMonth: typed, time: typed, zone: typed };
const accountDraft = v.object({
  name: typed,
  type: v.picklist([...ACCOUNT_TYPES, '']),
  agent: typed,
  configDir: typed,
  login: typed,
  provider: typed,
  user: typed,
  workspace: typed,
  limits: v.pipe(
    v.array(v.object({ unit: v.picklist(LIMIT_UNITS), amount: typed, period: v.picklist(LIMIT_PERIODS), ...reset })),
    v.maxLength(50),
  ),
});

const pageMessage = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('window'), name: v.picklist(['day', 'week', 'month', 'all', 'custom']) }),
  v.object({ type: v.literal('goTo'), window: unit, atMs: time }),
  v.object({ type: v.literal('step'), direction: v.picklist([-1, 1]) }),
  v.object({ type: v.literal('narrow'), sinceMs: time, untilMs: time }),
  v.object({ type: v.literal('wider') }),
  v.object({ type: v.literal('days'), from: day, to: day }),
  v.object({ type: v.literal('compare'), on: v.boolean() }),
  v.object({ type: v.literal('scope'), scope: v.picklist(SCOPES) }),
  v.object({ type: v.literal('trend'), unit }),
  v.object({
    type: v.literal('filter'),
    by: v.picklist(FILTER_KEYS),
    value,
    of: v.optional(value),
    under: v.optional(v.object({ agent: value, agentName: v.optional(value) })),
  }),
  v.object({ type: v.literal('clearFilter'), by: v.optional(v.picklist(FILTER_KEYS)) }),
  v.object({ type: v.literal('lens'), lens: v.picklist(['window', 'spent', 'in-flight']) }),
  v.object({ type: v.literal('session'), key }),
  v.object({ type: v.literal('thread'), key }),
  v.object({ type: v.literal('range'), range: v.optional(v.object({ from: turn, to: turn })) }),
  v.object({ type: v.literal('openFile'), path: v.pipe(v.string(), v.maxLength(8192)) }),
  v.object({ type: v.literal('copyAdvice'), id: v.pipe(v.string(), v.maxLength(5000)) }),
  v.object({ type: v.literal('dismissAdvice'), id: v.pipe(v.string(), v.maxLength(5000)) }),
  v.object({
    type: v.literal('rows'),
    from: place,
    count: v.pipe(place, v.maxValue(1000)),
    isAtTop: v.boolean(),
    anchor: v.optional(v.object({ id: place, place })),
  }),
  v.object({ type: v.literal('sort'), by: v.picklist(GRID_COLUMNS) }),
  v.object({ type: v.literal('search'), text: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({ type: v.literal('limit'), limit: v.picklist(GRID_LIMITS), on: v.boolean() }),
  v.object({ type: v.literal('column'), column: v.picklist(GRID_COLUMNS), on: v.boolean() }),
  v.object({ type: v.literal('pickers'), on: v.boolean() }),
  v.object({ type: v.literal('latest') }),
  v.object({ type: v.literal('explain'), id: place }),
  v.object({ type: v.literal('export'), format: v.picklist(EXPORT_FORMATS) }),
  v.object({ type: v.literal('showRequests') }),
  v.object({ type: v.literal('showSession'), key: value }),
  v.object({
    type: v.literal('limitsForm'),
    open: v.picklist(['account', 'general', 'none']),
    index: v.optional(place),
  }),
  v.object({ type: v.literal('saveAccount'), index: v.nullable(place), draft: accountDraft }),
  v.object({ type: v.literal('saveGeneral'), draft: v.object({ budget: typed, ...reset }) }),
  v.object({ type: v.literal('removeAccount'), index: place }),
  v.object({ type: v.literal('muteLimit'), key: v.pipe(v.string(), v.maxLength(2000)), on: v.boolean() }),
  v.object({ type: v.literal('openLimitSettings') }),
  v.object({ type: v.literal('openCostSettings') }),
  v.object({ type: v.literal('show'), page: v.picklist(PAGE_NAMES) }),
  v.object({ type: v.literal('setPrice'), fields, replaces: v.optional(v.object(price)) }),
  v.object({ type: v.literal('removePrice'), ...price }),
  v.object({ type: v.literal('importPrices') }),
  v.object({ type: v.literal('exportPrices'), format: v.picklist(['json', 'csv']) }),
  v.object({ type: v.literal('fetchPrices') }),
  v.object({ type: v.literal('showLog') }),
]);

/** A page's wish, or `undefined` when it is none: a page is not trusted more than a transcript. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  const parsed = v.safeParse(pageMessage, message);
  return parsed.success ? parsed.output : undefined;
}
