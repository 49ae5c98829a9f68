// Follows one subscription with the clients that frontends use, and prints what comes as lines of JSON:
// node client.mjs PACKAGES ws|sse URL '{"query": …, "variables": …}' ['{"authorization": …}']
import { createRequire } from "node:module";

const [packages, transport, url, text, headers = "{}"] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const request = JSON.parse(text);
const soon = () => new Promise((resolve) => setTimeout(resolve, 50));

const client =
  transport === "ws"
    ? require("graphql-ws").createClient({
        url: url.replace("http", "ws"),
        webSocketImpl: require("ws"),
        connectionParams: JSON.parse(headers),
        retryAttempts: 200,
        retryWait: soon,
        shouldRetry: () => true, // also where nobody listens for a moment
        on: {
          closed: ({ code, reason }) => say({ closed: code, reason }),
          ping: (received, payload) => received && say({ ping: payload ?? null }),
        },
      })
    : require("graphql-sse").createClient({ url, headers: JSON.parse(headers), retryAttempts: 200, retry: soon });

client.subscribe(request, {
  next: (result) => {
    // The client sends this very request again when it has to connect again: so it goes on where it was.
    const cursor = result.extensions?.cursor;
    if (cursor && "after" in (request.variables ?? {})) request.variables.after = cursor;
    say({ next: result });
  },
  error: (reason) => say({ error: reason instanceof Error ? String(reason) : reason }),
  complete: () => say({ complete: true }),
});
