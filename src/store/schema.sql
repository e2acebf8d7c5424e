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

-- One model request. A request that stands in several files, or several times in one, is one row.
CREATE TABLE usage_logs (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,
  request_key TEXT NOT NULL,         -- the same in every copy of the record
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,              -- main, or the agent's id of a subagent
  agent_name TEXT NOT NULL,          -- main, or the subagent's type
  message_id TEXT,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  slot INTEGER NOT NULL,             -- quarter of an hour: at_ms / 900000
  prompt_tokens INTEGER NOT NULL,    -- input + cache read + cache writes
  completion_tokens INTEGER NOT NULL,-- output
  total_tokens INTEGER NOT NULL,     -- prompt + completion
  input_tokens INTEGER NOT NULL,     -- not cached
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,    -- reasoning included
  reasoning_tokens INTEGER NOT NULL,
  cost_usd REAL,                     -- NULL = no price known, which is not 0
  price_source TEXT,                 -- where the price came from
  recorded_usd REAL,                 -- what the agent itself recorded as the cost; NULL = nothing, or 0
  tier TEXT,
  web_searches INTEGER NOT NULL,
  estimated INTEGER NOT NULL,        -- 1: the agent recorded only a placeholder of the output
  is_copy INTEGER NOT NULL,          -- 1: only copies of the record have been seen
  opened_kinds TEXT,                 -- JSON: kinds of the tool calls that the reply made, one entry per call
  task_id TEXT,                      -- the prompt or launch that this request began
  starts_task INTEGER NOT NULL,      -- 1 for the earliest request of a task_id
  source_file_id INTEGER NOT NULL REFERENCES cursors (id),
  source_offset INTEGER NOT NULL,    -- byte offset of the record in that file
  UNIQUE (request_key, agent)
);
CREATE INDEX usage_logs_by_time ON usage_logs (at_ms);
CREATE INDEX usage_logs_by_session ON usage_logs (session_id, at_ms);
CREATE INDEX usage_logs_by_task ON usage_logs (task_id, agent) WHERE task_id IS NOT NULL;

-- The files in which a request stands, where it stands in more than one: it is counted once, in the file that usage_logs names.
CREATE TABLE sightings (
  request_id INTEGER NOT NULL REFERENCES usage_logs (id),
  file_id INTEGER NOT NULL REFERENCES cursors (id),
  offset_bytes INTEGER NOT NULL,     -- of its first record there
  is_copy INTEGER NOT NULL,          -- 1: the record says, or shows, that it is a copy
  PRIMARY KEY (request_id, file_id)
) WITHOUT ROWID;

-- Who owns the tokens of a request. Sums over kinds equal the request in each class.
CREATE TABLE tool_usage (
  request_id INTEGER NOT NULL REFERENCES usage_logs (id),
  kind TEXT NOT NULL,                -- system, user, model, read, bash, mcp:github ...
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  PRIMARY KEY (request_id, kind)
) WITHOUT ROWID;

-- Rollup of usage_logs by quarter of an hour, kept exact by every commit: days, hours and weeks of any time zone are sums of these.
CREATE TABLE usage_slots (
  slot INTEGER NOT NULL,
  session_id INTEGER NOT NULL,
  agent_name TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
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
  PRIMARY KEY (slot, session_id, agent_name, model, provider)
) WITHOUT ROWID;

-- Rollup of tool_usage, in the same way.
CREATE TABLE tool_slots (
  slot INTEGER NOT NULL,
  session_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  shares INTEGER NOT NULL,           -- rows of tool_usage below; none left = no row
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  PRIMARY KEY (slot, session_id, kind)
) WITHOUT ROWID;

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
  source_file_id INTEGER NOT NULL REFERENCES cursors (id),
  UNIQUE (session_id, thread)
);
CREATE INDEX threads_by_time ON threads (last_at_ms);

-- What fills a thread's window, and what was spent on it: files, programs, hosts, MCP tools, subagents.
CREATE TABLE items (
  thread_id INTEGER NOT NULL REFERENCES threads (id),
  kind TEXT NOT NULL,
  target TEXT NOT NULL,              -- empty for kinds without
  calls INTEGER NOT NULL,
  in_window_tokens INTEGER NOT NULL,
  spent_tokens INTEGER NOT NULL,
  PRIMARY KEY (thread_id, kind, target)
) WITHOUT ROWID;

-- Breaks in a thread's context.
CREATE TABLE boundaries (
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  thread TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,                -- compaction, clear, rewind, fork
  tokens_before INTEGER,
  tokens_after INTEGER,
  PRIMARY KEY (session_id, thread, at_ms, kind)
) WITHOUT ROWID;

-- Quotas as agents state them: the newest statement of each.
CREATE TABLE limits (
  agent TEXT NOT NULL,
  account TEXT NOT NULL,             -- empty where the agent does not tell
  limit_id TEXT NOT NULL,
  window_minutes INTEGER NOT NULL,
  used_percent REAL NOT NULL,
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
  includes_listed INTEGER NOT NULL,  -- 1: the sum also holds the requests in usage_logs
  counter TEXT,                      -- the same for sessions that continue one sum
  PRIMARY KEY (session_id, model, source)
) WITHOUT ROWID;

-- Prices that the user set; they win over the price list. US dollars per million tokens.
CREATE TABLE model_pricing (
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  from_ms INTEGER NOT NULL DEFAULT 0,-- valid from
  input_usd REAL NOT NULL,
  output_usd REAL NOT NULL,
  cache_read_usd REAL NOT NULL,
  cache_write_5m_usd REAL NOT NULL,
  cache_write_1h_usd REAL NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (provider, model, from_ms)
) WITHOUT ROWID;

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
  reader_state TEXT,                 -- JSON: what the agent's reader remembers between records; of databases, what it has seen
  fold_state TEXT,                   -- JSON: what the ledger remembers
  records INTEGER NOT NULL,
  unknown_records INTEGER NOT NULL,
  rejected_records INTEGER NOT NULL,
  version TEXT,                      -- of the agent that wrote the newest records
  failure TEXT,                      -- why it could not be read to its end; NULL = it could
  UNIQUE (path, agent)
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
