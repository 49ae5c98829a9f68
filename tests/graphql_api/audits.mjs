// Runs graphql-http's audits against a server and prints them as JSON: node audits.mjs PACKAGES URL
import { createRequire } from "node:module";

const [packages, url] = process.argv.slice(2);
const { auditServer } = createRequire(`${packages}/`)("graphql-http");

const results = await auditServer({ url, fetchFn: fetch });
const audits = results.map(({ id, name, status, reason }) => ({ id, name, status, reason }));
for (const { response } of results) await response?.body?.cancel().catch(() => {});
process.stdout.write(JSON.stringify(audits));
