/** Commands to copy. The gateway's address is not known to the API: EDS_GATEWAY overrules the default one. */
const GATEWAY = "${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP";

const FIRST =
  '{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered",' +
  '"resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}';

/** Posts one notification, given as its JSON text. Posting what was posted before changes nothing. */
export function post(row: string = FIRST): string {
  return `curl -sS "${GATEWAY}" -H 'Content-Type: application/json' -d '[${row.replaceAll("'", "'\\''")}]'`;
}
