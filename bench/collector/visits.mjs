/** Events of each session: three views, an action before each of them, errors, long tasks and requests. */
const KINDS = { views: 3, actions: 5, errors: 1, long_tasks: 2, resources: 29 };
export const SESSION_EVENTS = Object.values(KINDS).reduce((sum, count) => sum + count, 0);
const MONTH = 29 * 86_400_000;
/** Sessions that one statement makes. */
const PART = 25_000;

/**
 * Fills a store with sessions of the last 29 days, made by the engine out of their numbers, so that they are the same each time. One
 * in ten has an error more than once, one in three a user of its own.
 *
 * @param {{ command(sql: string): Promise<void> }} store
 * @param {number} events
 * @param {number} now epoch ms
 */
export async function fillStore(store, events, now) {
  const sessions = Math.floor(events / SESSION_EVENTS);
  for (let from = 0; from < sessions; from += PART) {
    const count = Math.min(PART, sessions - from);
    const source = (/** @type {number} */ each) => `
      SELECT
        ${from} + intDiv(number, ${each}) AS n, number % ${each} AS i, sipHash64(n) AS h,
        fromUnixTimestamp64Milli(toInt64(${now - MONTH - 60_000} + intDiv(${MONTH} * n, ${sessions})), 'UTC') AS began,
        lower(hex(sipHash128(n, 'page'))) AS page, lower(hex(sipHash128(n, 'session'))) AS session,
        ['/', '/products/?', '/cart', '/checkout', '/help/?', '/account', '/orders/?', '/search'][1 + (h + i) % 8] AS path
      FROM numbers(${count * each})`;
    let seq = 1;
    for (const [table, each] of Object.entries(KINDS)) {
      const own = OWN[/** @type {keyof typeof KINDS} */ (table)];
      const columns = { ...shared(seq), ...own };
      await store.command(
        `INSERT INTO ${table} (${Object.keys(columns).join(", ")}) SELECT ${Object.values(columns).join(", ")} FROM (${source(each)})`,
      );
      seq += each;
    }
    await store.command(
      `INSERT INTO ledger (application_id, page_id, page_started_at, session_id, session_type, day, reason, late, claimed, seqs)
      SELECT 'bench', page, began, session, 'user', toDate(began, 'UTC'), '', 0, 0,
        arrayMap(x -> toUInt32(x), range(1, ${SESSION_EVENTS + 1})) FROM (${source(1)})`,
    );
    const view = (/** @type {string} */ at) =>
      `(${at}, 'v', concat('https://shop.example', path), 'shop.example', path, path, '{}', '', '')`;
    await store.command(
      `INSERT INTO session_pages (application_id, session_id, page_id, page_started_at, received_at, created_at, active_until_at,
        confirmed, sample_rate, view_count, error_count, resource_count, action_count, long_task_count, first_view, last_view, client, user)
      SELECT 'bench', session, page, began, began, began, began + toIntervalSecond(60), 1, 100, 3, if(h % 10 = 0, 1, 0), 29, 5, 2,
        ${view("began")}, ${view("began + toIntervalSecond(40)")},
        (began, '203.0.113.0', ${COUNTRY}, ${BROWSER}, '150', ${SYSTEM}, '14', ${DEVICE}),
        (began, ${USER}, '', '') FROM (${source(1)})`,
    );
  }
}

const COUNTRY = "['DE', 'FR', 'US', 'GB', 'NL', 'IT', 'ES', 'PL', 'SE', 'BR'][1 + h % 10]";
const BROWSER = "['Chrome', 'Safari', 'Firefox', 'Edge'][1 + intDiv(h, 10) % 4]";
const SYSTEM = "['Windows', 'macOS', 'Android', 'iOS', 'Linux'][1 + intDiv(h, 40) % 5]";
const DEVICE = "['desktop', 'mobile', 'tablet'][1 + intDiv(h, 200) % 3]";
const USER = "if(h % 3 = 0, concat('u', toString(intDiv(h, 600) % 5000)), '')";

/** @param {number} seq of the first */
function shared(seq) {
  return {
    application_id: "'bench'",
    page_id: "page",
    page_started_at: "began",
    seq: `${seq} + i`,
    date: "began + toIntervalMillisecond(i * 1500)",
    received_at: "began + toIntervalMillisecond(i * 1500 + 4000)",
    session_id: "session",
    session_type: "'user'",
    service: "'shop'",
    env: "'bench'",
    version: "concat('1.', toString(intDiv(n, 5000) % 9))",
    user_id: USER,
    view_id: "lower(hex(sipHash128(n, 'view', i % 3)))",
    view_url: "concat('https://shop.example', path)",
    view_host: "'shop.example'",
    view_path: "path",
    view_path_group: "path",
    view_url_query: "'{}'",
    ip: "'203.0.113.0'",
    country: COUNTRY,
    browser: BROWSER,
    browser_version: "'150'",
    os: SYSTEM,
    os_version: "'14'",
    device: DEVICE,
  };
}

const OWN = {
  views: {
    document_version: "3",
    view_loading_type: "if(i = 0, 'initial_load', 'route_change')",
    is_active: "false",
    time_spent: "20000000000 + h % 1000000000",
    view_error_count: "0",
    view_resource_count: "10",
    view_action_count: "2",
    view_long_task_count: "1",
    foreground_time: "20000000000",
    first_byte: "if(i = 0, 50000000 + h % 900000000, NULL)",
    first_contentful_paint: "if(i = 0, 300000000 + h % 2500000000, NULL)",
    largest_contentful_paint: "if(i = 0, 500000000 + h % 4500000000, NULL)",
    largest_contentful_paint_element_selector: "'main > img.hero'",
    cumulative_layout_shift: "(h % 400) / 1000",
    interaction_to_next_paint: "30000000 + h % 500000000",
    interaction_to_next_paint_target_selector: "'button.buy'",
    vitals_definition: "'7'",
    sdk_time: "1000000 + h % 9000000",
    sdk_sent_bytes: "2000 + h % 5000",
  },
  actions: {
    action_id: "lower(hex(sipHash128(n, 'action', i)))",
    action_type: "'click'",
    action_name: "['Add to cart', 'Search', 'Next', 'Close', 'Pay'][1 + i]",
    action_target: "'main > button'",
  },
  errors: {
    error_message: "concat('Cannot read properties of undefined (reading ', toString(h % 40), ')')",
    error_type: "'TypeError'",
    error_source: "'source'",
    error_handling: "'unhandled'",
    error_stack: "'TypeError: no\\n at add (https://shop.example/app.js:1:20311)'",
    error_fingerprint: "lower(hex(sipHash64(h % 40)))",
  },
  long_tasks: {
    duration: "60000000 + h % 200000000",
    long_task_entry_type: "'long-animation-frame'",
    blocking_duration: "20000000",
    scripts: `'[{"source_url":"https://shop.example/app.js","function_name":"render","duration":50000000}]'`,
  },
  resources: {
    resource_url: "concat('https://api.shop.example/items/', toString(h % 1000), '?page=', toString(i))",
    resource_type: "['fetch', 'img', 'script', 'css'][1 + i % 4]",
    duration: "20000000 + (h + i * 7919) % 800000000",
    resource_method: "'GET'",
    resource_status: "if((h + i) % 97 = 0, 500, 200)",
    resource_transfer_size: "500 + h % 20000",
    resource_host: "['api.shop.example', 'shop.example', 'cdn.example'][1 + i % 3]",
    resource_path: "concat('/items/', toString(h % 1000))",
    resource_path_group: "concat('/items/?/', toString(i))",
    resource_url_query: "'{}'",
    resource_status_group: "if((h + i) % 97 = 0, '5xx', '2xx')",
  },
};
