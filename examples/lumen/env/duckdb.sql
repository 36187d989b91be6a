-- The made-up people of this folder as a DuckDB file, in a customer's own tables:
-- duckdb .trayecto/warehouse.duckdb < env/duckdb.sql
CREATE TABLE people AS FROM read_csv('data/people.csv', all_varchar = true);
CREATE TABLE events AS FROM read_json('data/events/*.ndjson', columns = {
  person: 'VARCHAR', type: 'VARCHAR', time: 'TIMESTAMPTZ', form: 'VARCHAR', news_box: 'BOOLEAN', "right": 'VARCHAR',
  "order": 'VARCHAR', amount: 'DECIMAL(12, 2)', sku: 'VARCHAR'});
CREATE TABLE orders AS SELECT person AS customer_id, time AS created_at, amount AS total, sku, "order" FROM events WHERE type = 'order_placed';
CREATE VIEW signed_up AS SELECT person, time AS "at", form, news_box FROM events WHERE type = 'signed_up';
CREATE VIEW news_confirmed AS SELECT person, time AS "at" FROM events WHERE type = 'news_confirmed';
CREATE VIEW rights_request AS SELECT person, time AS "at", "right" FROM events WHERE type = 'rights_request';
CREATE VIEW product_viewed AS SELECT person, time AS "at", sku FROM events WHERE type = 'product_viewed';
CREATE TABLE consent_news AS SELECT person AS customer_id, address AS email, act, time AS "at", expires_at
  FROM read_json('data/consents.ndjson', columns = {person: 'VARCHAR', address: 'VARCHAR', consent: 'VARCHAR', act: 'VARCHAR', time: 'TIMESTAMPTZ', expires_at: 'TIMESTAMPTZ'})
  WHERE consent = 'news';
CREATE TABLE robinson AS FROM read_csv('data/robinson.csv', all_varchar = true);
CREATE TABLE deliveries AS SELECT person AS customer_id, touchpoint, outcome, time AS "at", channel, address
  FROM read_json('data/outcomes.ndjson', columns = {person: 'VARCHAR', touchpoint: 'VARCHAR', outcome: 'VARCHAR', channel: 'VARCHAR', address: 'VARCHAR', time: 'TIMESTAMPTZ'});
