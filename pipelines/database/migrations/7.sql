-- From version 6 to 7: watches.
CREATE TABLE watches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  filters TEXT NOT NULL,
  every_minutes INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  ceiling INTEGER NOT NULL,
  quiet TEXT,
  spike INTEGER NOT NULL,
  cooldown_hours INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  last_run TEXT
);
CREATE TABLE watch_receivers (
  id INTEGER PRIMARY KEY,
  watch_id INTEGER NOT NULL REFERENCES watches(id),
  address TEXT NOT NULL,
  sent_to INTEGER NOT NULL,
  sending_to INTEGER,
  last_sent TEXT,
  last_spike TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  UNIQUE (watch_id, address)
);
