// The tables of `ledger.db`. A migration that was released is never changed: the next one is added.

/**
 * One B-tree, ordered by time, holds all: rows are added at its end, a span of time is read in one
 * piece, the newest come first without sorting. Measured against a table with a covering index it
 * takes half the time to write and two thirds of the space, and is as quick to read.
 */
const createRequests = `
CREATE TABLE requests (
  started_at INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL,
  assistant TEXT,
  workspace TEXT,
  branch TEXT,
  session TEXT,
  user TEXT,
  api_key_id TEXT,
  tags TEXT,
  dialect TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  requested_model TEXT,
  provider TEXT,
  model TEXT,
  route_rule TEXT,
  experiment_arm TEXT,
  status INTEGER,
  error_code TEXT,
  attempts INTEGER NOT NULL,
  is_stream INTEGER NOT NULL,
  is_metered INTEGER NOT NULL,
  cache_outcome TEXT NOT NULL,
  cache_similarity REAL,
  input_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_5m_tokens INTEGER,
  cache_write_1h_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  is_usage_estimated INTEGER NOT NULL,
  cost_nano_usd INTEGER,
  input_cost_nano_usd INTEGER,
  cache_read_cost_nano_usd INTEGER,
  cache_write_cost_nano_usd INTEGER,
  output_cost_nano_usd INTEGER,
  tools_cost_nano_usd INTEGER,
  saved_by_cache_nano_usd INTEGER,
  saved_by_prompt_cache_nano_usd INTEGER,
  saved_by_optimisation_nano_usd INTEGER,
  saved_by_routing_nano_usd INTEGER,
  latency_ms REAL,
  time_to_first_byte_ms REAL,
  upstream_ms REAL,
  PRIMARY KEY (started_at, request_id)
) WITHOUT ROWID;
CREATE INDEX open_requests ON requests (started_at) WHERE outcome = 'open';
`;

export const ledgerMigrations: readonly string[] = [createRequests];

/** Must stand before the first table. Twice SQLite's own, because whole rows stand in inner pages. */
export const ledgerPragmas: readonly string[] = ['PRAGMA page_size = 8192'];
