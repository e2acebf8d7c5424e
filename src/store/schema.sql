-- The store of Agent Token Meter, as a fresh one is made. A change here needs a migration in migrations.ts that leads to the same.
-- Tokens are whole numbers, times epoch milliseconds UTC, money US dollars. There is no text of any conversation but titles
-- that the agent itself recorded as such.
-- Rows outlive the transcripts they came from: agents delete those.

-- What an agent calls a session.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,               -- claude-code, codex ...
  session_key TEXT NOT NULL,         -- the agent's own id
  parent_session_key TEXT,           -- forked or resumed from
  user TEXT NOT NULL,                -- login name on this machine
  title TEXT,                        -- only one that the agent recorded as such
  workspace TEXT,
  git_branch TEXT,
  account TEXT,
  version TEXT,                      -- of the agent
  started_at_ms INTEGER,
  last_at_ms INTEGER,                -- newest record of any kind
  UNIQUE (agent, session_key)
);

-- Who makes requests: one thread of a session with one model. What all their requests have in common stands here once.
CREATE TABLE callers (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given away again: what is kept in memory names them
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,              -- main, or the agent's id of a subagent
  agent_name TEXT NOT NULL,          -- main, or the subagent's type; the same for all callers of a thread
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  tier TEXT,
  price_source TEXT,                 -- where the price came from; NULL = no price known
  account TEXT,                      -- the user's account whose the requests are, by its name; NULL = the one that the session tells
  cost_shown INTEGER NOT NULL DEFAULT 0 -- 0 = as money, 1 = as what the API would have cost, 2 = not at all: counted nowhere
);
CREATE INDEX callers_by_thread ON callers (session_id, thread);
-- Some dozens of models among tens of thousands of callers: which there are, and whose requests are priced anew.
CREATE INDEX callers_by_model ON callers (provider, model, price_source);
CREATE INDEX callers_without_cost ON callers (id) WHERE cost_shown = 2;

-- By which accounts of the user the callers were assigned: others make them be assigned anew. One row.
CREATE TABLE account_rules (
  mark TEXT NOT NULL                 -- empty = there are none
);
INSERT INTO account_rules (mark) VALUES ('');

-- One model request. A request that stands in several files, or several times in one, is one row. `usage_logs` spells it out.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  caller_id INTEGER NOT NULL REFERENCES callers (id),
  key_hash INTEGER NOT NULL,         -- of the agent and request_key: what a request is found by
  request_key TEXT NOT NULL,         -- the same in every copy of the record
  message_id TEXT,                   -- empty = the same as request_key
  at_ms INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,     -- not cached
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,    -- reasoning included
  reasoning_tokens INTEGER NOT NULL,
  cost_usd REAL,                     -- NULL = no price known, which is not 0
  recorded_usd REAL,                 -- what the agent itself recorded as the cost; NULL = nothing, or 0
  web_searches INTEGER NOT NULL,
  estimated INTEGER NOT NULL,        -- 1: the agent recorded only a placeholder of the output
  estimate TEXT,                     -- JSON: [placeholder, weights of the reply's kinds]; NULL = not estimated from the reply's size
  rule INTEGER NOT NULL,             -- why it counts as it does: CountRule, spelled out in usage_logs
  reply_chars INTEGER NOT NULL,      -- size of the reply, as far as it is recorded
  hides_thinking INTEGER NOT NULL,   -- 1: a part of the reply was reasoning whose text is not recorded
  is_copy INTEGER NOT NULL,          -- 1: only copies of the record have been seen
  starts_task INTEGER NOT NULL,      -- 1 for the earliest request of a task_id
  task_id TEXT,                      -- the prompt or launch that this request began
  opened_kinds TEXT,                 -- JSON: kinds of the tool calls that the reply made, one entry per call
  turn INTEGER,                      -- its number in the holdings of source_file_id
  source_file_id INTEGER NOT NULL REFERENCES cursors (id),
  source_offset INTEGER NOT NULL,    -- byte offset of its first record in that file
  last_offset INTEGER,               -- of its last record there; NULL = there is only one
  records INTEGER NOT NULL,          -- how many records of it there are in that file
  shares TEXT NOT NULL               -- JSON: [kind, input, cache read, cache write 5m, 1h, output]..., zeros at the end left out. Sums to the request
);
CREATE INDEX requests_by_key ON requests (key_hash);
CREATE INDEX requests_by_time ON requests (at_ms);
CREATE INDEX requests_by_caller ON requests (caller_id, at_ms);
CREATE INDEX requests_estimated ON requests (caller_id) WHERE estimate IS NOT NULL;
CREATE INDEX requests_summed ON requests (caller_id) WHERE rule IN (3, 6);
CREATE INDEX requests_by_task ON requests (task_id) WHERE task_id IS NOT NULL;

-- Every request in full.
CREATE VIEW usage_logs AS
SELECT r.id, s.agent, r.request_key, c.session_id, c.thread, c.agent_name,
  CASE r.message_id WHEN '' THEN r.request_key ELSE r.message_id END AS message_id,
  c.provider, c.model, r.at_ms, r.at_ms / 900000 AS slot,
  r.input_tokens + r.cache_read_tokens + r.cache_write_5m_tokens + r.cache_write_1h_tokens AS prompt_tokens,
  r.output_tokens AS completion_tokens,
  r.input_tokens + r.cache_read_tokens + r.cache_write_5m_tokens + r.cache_write_1h_tokens + r.output_tokens AS total_tokens,
  r.input_tokens, r.cache_read_tokens, r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens, r.reasoning_tokens,
  CASE c.cost_shown WHEN 2 THEN NULL ELSE r.cost_usd END AS cost_usd, c.price_source, c.cost_shown, coalesce(c.account, s.account) AS account, r.recorded_usd, c.tier, r.web_searches, r.estimated, r.estimate ->> 0 AS recorded_output_tokens,
  CASE r.rule WHEN 0 THEN 'recorded' WHEN 1 THEN 'maximum' WHEN 2 THEN 'delta' WHEN 3 THEN 'sum' WHEN 4 THEN 'estimated'
    WHEN 5 THEN 'placeholder' ELSE 'ledger' END AS rule,
  r.is_copy, r.opened_kinds, r.turn, r.task_id, r.starts_task, r.source_file_id, r.source_offset,
  coalesce(r.last_offset, r.source_offset) AS last_offset, r.records
FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id;

-- Who owns the tokens of a request. Sums over kinds equal the request in each class.
CREATE VIEW tool_usage AS
SELECT r.id AS request_id,
  e.value ->> 0 AS kind,             -- system, user, model, read, bash, mcp:github ...
  coalesce(e.value ->> 1, 0) AS input_tokens,
  coalesce(e.value ->> 2, 0) AS cache_read_tokens,
  coalesce(e.value ->> 3, 0) AS cache_write_5m_tokens,
  coalesce(e.value ->> 4, 0) AS cache_write_1h_tokens,
  coalesce(e.value ->> 5, 0) AS output_tokens
FROM requests r JOIN json_each(r.shares) e;

-- The exactly recorded replies of each model, and at how many characters per token those are estimated that were not recorded exactly.
CREATE TABLE reply_sizes (
  model TEXT NOT NULL,
  hides_thinking INTEGER NOT NULL,
  replies INTEGER NOT NULL,
  chars INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  chars_per_token REAL NOT NULL,
  PRIMARY KEY (model, hides_thinking)
) WITHOUT ROWID;

-- The files in which a request stands, where it stands in more than one: it is counted once, in the file that requests names.
CREATE TABLE sightings (
  request_id INTEGER NOT NULL REFERENCES requests (id),
  file_id INTEGER NOT NULL REFERENCES cursors (id),
  offset_bytes INTEGER NOT NULL,     -- of its first record there
  is_copy INTEGER NOT NULL,          -- 1: the record says, or shows, that it is a copy
  PRIMARY KEY (request_id, file_id)
) WITHOUT ROWID;

-- Rollup of the requests by quarter of an hour, kept exact by every commit: days, hours and weeks of any time zone are sums of these.
CREATE TABLE caller_slots (
  slot INTEGER NOT NULL,             -- at_ms / 900000
  caller_id INTEGER NOT NULL REFERENCES callers (id),
  tasks INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,            -- of the turns with a price
  unpriced_turns INTEGER NOT NULL,
  estimated_turns INTEGER NOT NULL,
  PRIMARY KEY (slot, caller_id)
) WITHOUT ROWID;

-- The rollup in full.
CREATE VIEW usage_slots AS
SELECT u.slot, c.session_id, c.agent_name, c.model, c.provider, u.tasks, u.turns, u.input_tokens, u.output_tokens, u.cache_read_tokens,
  u.cache_write_5m_tokens, u.cache_write_1h_tokens, u.reasoning_tokens, u.cost_usd, u.unpriced_turns, u.estimated_turns
FROM caller_slots u JOIN callers c ON c.id = u.caller_id;

-- Rollup of the shares by day (UTC) and session, in the same way.
CREATE TABLE kind_days (
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  day INTEGER NOT NULL,              -- at_ms / 86400000
  shares TEXT NOT NULL,              -- JSON as in requests
  PRIMARY KEY (session_id, day)
) WITHOUT ROWID;
CREATE INDEX kind_days_by_day ON kind_days (day);

-- The context of a thread after its last record.
CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,
  agent_name TEXT NOT NULL,          -- main, or the subagent's type; the thread's id while that is not known
  parent_thread TEXT,                -- of a subagent: the thread that launched it
  launch_call TEXT,                  -- of a subagent: id of the tool call that launched it
  model TEXT,
  last_at_ms INTEGER NOT NULL,       -- 0: only its launch was seen
  context_tokens INTEGER NOT NULL,
  context_estimated INTEGER NOT NULL,-- 1: no request has told it since the last boundary
  peak_tokens INTEGER NOT NULL,
  window_tokens INTEGER,
  window_source TEXT,                -- reported, settings
  compacted_at_ms INTEGER,
  compacted_at_tokens INTEGER,
  window_kinds TEXT NOT NULL,        -- JSON: [[kind, tokens] ...], sums to context_tokens
  source_file_id INTEGER NOT NULL REFERENCES cursors (id),
  UNIQUE (session_id, thread)
);
CREATE INDEX threads_by_time ON threads (last_at_ms);

-- What the prompts of a thread were made of, turn by turn, as one file tells it: from it and the requests follows what each file, program,
-- host, MCP tool and subagent was sent and made to generate, in any window of time.
CREATE TABLE holdings (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,
  file_id INTEGER NOT NULL REFERENCES cursors (id),
  part INTEGER NOT NULL,             -- 0, 1, 2 ...: only the last one changes
  turns TEXT NOT NULL,               -- JSON: owners, turns (src/ledger/holdings.ts)
  UNIQUE (session_id, thread, file_id, part)
);

-- Breaks in a thread's context.
CREATE TABLE boundaries (
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,                -- compaction, clear, rewind, fork
  automatic INTEGER,                 -- 1: the agent compacted by itself; NULL = not told
  tokens_before INTEGER,
  tokens_after INTEGER,
  PRIMARY KEY (session_id, thread, at_ms, kind)
) WITHOUT ROWID;

-- Quotas as agents state them: the newest statement of each.
CREATE TABLE limits (
  agent TEXT NOT NULL,
  account TEXT NOT NULL,             -- empty where the agent does not tell
  limit_id TEXT NOT NULL,
  window_minutes INTEGER NOT NULL,   -- 0 = it has no window, or none is told
  used_percent REAL NOT NULL,
  reached TEXT,                      -- what the agent says is used up: limit, credits, workspace; NULL = it does not say so
  resets_at_ms INTEGER,
  plan TEXT,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (agent, account, limit_id, window_minutes)
) WITHOUT ROWID;

-- Usage that an agent states only as a sum: beside the totals, never in them. The newest statement of a session, or of a counter that
-- several sessions continue.
CREATE TABLE unlisted (
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  model TEXT NOT NULL,
  source TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  includes_listed INTEGER NOT NULL,  -- 1: the sum also holds the requests listed
  counter TEXT,                      -- the same for sessions that continue one sum
  source_file_id INTEGER NOT NULL REFERENCES cursors (id),
  PRIMARY KEY (session_id, model, source)
) WITHOUT ROWID;

-- What the user had taken out: nothing from before `starts_ms` (the beginning of a day in UTC) is kept, nor taken up again. No row = all is kept.
CREATE TABLE history (
  starts_ms INTEGER NOT NULL
);

-- Requests that were taken out: copies of them, which may bear later times, do not bring them back.
CREATE TABLE forgotten_requests (
  mark INTEGER PRIMARY KEY           -- 52 bits of a hash of the agent and request_key
);

-- Prices that the user set; they win over every list. US dollars per million tokens, and per thousand web searches.
CREATE TABLE model_pricing (
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  tier TEXT NOT NULL,                -- empty = the standard one
  from_ms INTEGER NOT NULL,          -- valid from; 0 = always
  input_usd REAL NOT NULL,
  output_usd REAL NOT NULL,
  cache_read_usd REAL NOT NULL,
  cache_write_5m_usd REAL NOT NULL,
  cache_write_1h_usd REAL NOT NULL,
  web_searches_usd REAL NOT NULL,
  source TEXT NOT NULL,              -- how it came: page, command line, import
  set_at_ms INTEGER NOT NULL,
  PRIMARY KEY (provider, model, tier, from_ms)
) WITHOUT ROWID;

-- A public list of prices that fills gaps. The list tells no dates: a price that differs from the one before holds from when it was seen.
CREATE TABLE listed_prices (
  model TEXT NOT NULL,               -- as the list calls it: vendor/model
  from_ms INTEGER NOT NULL,          -- 0 = the first that was seen
  input_usd REAL NOT NULL,
  output_usd REAL NOT NULL,
  cache_read_usd REAL NOT NULL,
  cache_write_5m_usd REAL NOT NULL,
  cache_write_1h_usd REAL NOT NULL,
  web_searches_usd REAL NOT NULL,
  PRIMARY KEY (model, from_ms)
) WITHOUT ROWID;

-- The state of that list: one row.
CREATE TABLE price_list (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  is_used INTEGER NOT NULL,          -- 0: switched off
  asked_at_ms INTEGER,               -- when somebody last went for it
  fetched_at_ms INTEGER,             -- of the newest list
  models INTEGER NOT NULL,           -- in the newest list
  failure TEXT                       -- why there is no newer one; NULL = there is
);
INSERT INTO price_list (id, is_used, models) VALUES (1, 0, 0);

-- By which prices the requests of each model were priced: others make them be priced anew, batch by batch.
CREATE TABLE priced_models (
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  prices TEXT NOT NULL,              -- hash of all its prices; empty = not all of its requests are priced by the same
  next_prices TEXT,                  -- while they are priced anew: by these
  caller_id INTEGER NOT NULL,        -- where that is: callers before are done, and of this one all requests up to after_id
  after_id INTEGER NOT NULL,
  last_caller_id INTEGER NOT NULL,   -- what comes later is priced by them already
  PRIMARY KEY (provider, model)
) WITHOUT ROWID;

-- What was told about limits, and what is not to be told again (src/views/alertState.ts): one row, for all windows of the machine.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL                -- JSON
);

-- How far each transcript was read; committed together with the rows that were read.
CREATE TABLE cursors (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,
  path TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,       -- of the file when it was looked at
  mtime_ms INTEGER NOT NULL,
  inode TEXT NOT NULL,
  offset_bytes INTEGER NOT NULL,     -- everything before was read
  complete INTEGER NOT NULL,         -- 1: every whole record of a file of this size was read
  fingerprint TEXT NOT NULL,         -- lines: hash of bytes before the offset, tells a replaced file from a grown one; others: of all their files
  records INTEGER NOT NULL,
  unknown_records INTEGER NOT NULL,
  rejected_records INTEGER NOT NULL,
  version TEXT,                      -- of the agent that wrote the newest records
  failure TEXT,                      -- why it could not be read to its end; NULL = it could
  UNIQUE (path, agent)
);
-- What of every file is summed for all pages: a tenth of the table.
CREATE INDEX cursors_sums ON cursors (agent, records, unknown_records, rejected_records, failure);

-- What is remembered between two readings of a file, as it was at some place in it: from there it is read on after a restart. Only of files
-- that are large and alive; others are read again from their beginning when they grow, which changes no row.
CREATE TABLE resume_points (
  cursor_id INTEGER PRIMARY KEY REFERENCES cursors (id),
  offset_bytes INTEGER NOT NULL,
  reader_state TEXT NOT NULL,        -- JSON: what the agent's reader remembers between records; of databases, what it has seen
  fold_state TEXT NOT NULL,          -- JSON: what the ledger remembers
  counts TEXT NOT NULL               -- JSON: of the records up to there
);

-- Records of each session in a file with many; their sums stand in cursors.
CREATE TABLE cursor_parts (
  cursor_id INTEGER NOT NULL REFERENCES cursors (id),
  part TEXT NOT NULL,                -- the agent's id of the session
  records INTEGER NOT NULL,
  unknown_records INTEGER NOT NULL,
  rejected_records INTEGER NOT NULL,
  PRIMARY KEY (cursor_id, part)
) WITHOUT ROWID;

-- What was not understood in a file, by kind.
CREATE TABLE cursor_details (
  cursor_id INTEGER NOT NULL REFERENCES cursors (id),
  part TEXT NOT NULL DEFAULT '',     -- the session in a file with many; empty in others
  outcome TEXT NOT NULL,             -- unknown, rejected; field = a field of a known record that is not known
  detail TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (cursor_id, part, outcome, detail)
) WITHOUT ROWID;

-- At most one row, made when it is needed: a random number that tells this store from all others.
CREATE TABLE installation (id TEXT NOT NULL);

-- Who is sent what requests used: the team's store, a collector of OpenTelemetry. Nobody, unless the user wishes so.
CREATE TABLE receivers (
  name TEXT PRIMARY KEY,
  is_on INTEGER NOT NULL,            -- 0: it is told nothing for now
  through_id INTEGER NOT NULL,       -- requests up to this row id were confirmed, but for those in changed_requests
  through_change INTEGER NOT NULL,   -- changes up to this one were confirmed
  through_removal INTEGER NOT NULL,  -- the same of removed_requests
  state TEXT NOT NULL                -- JSON: what its sender remembers
) WITHOUT ROWID;

-- Requests that changed after they were stored, until every receiver has confirmed it. Written by triggers that exist while there are
-- receivers (deliveries.ts).
CREATE TABLE changed_requests (
  change INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id INTEGER NOT NULL UNIQUE
);

-- Requests that the team's store has and this one has not, or may have under another account by now.
CREATE TABLE removed_requests (
  removal INTEGER PRIMARY KEY AUTOINCREMENT,
  agent TEXT NOT NULL,
  session_key TEXT NOT NULL,
  key_hash INTEGER NOT NULL,         -- as in requests, where it may stand in another place
  request_key TEXT NOT NULL,
  account TEXT NOT NULL
);

-- The account under which the requests of a caller were sent to the team's store.
CREATE TABLE sent_callers (
  caller_id INTEGER PRIMARY KEY,
  account TEXT NOT NULL              -- empty = they are not told
);

-- Requests that were counted in exported metrics, with the figures of then: what is read again counts only what changed.
CREATE TABLE exported_requests (
  mark TEXT PRIMARY KEY,             -- identity of the request
  tokens TEXT NOT NULL
) WITHOUT ROWID;
