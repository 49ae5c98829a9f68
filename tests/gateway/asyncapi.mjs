// node asyncapi.mjs DIRECTORY DOCUMENT: what @asyncapi/parser, installed in the directory, says of the document, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [directory, path] = process.argv.slice(2);
const { Parser } = createRequire(directory + "/")("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"));
const channels = document ? document.channels().all().map((channel) => channel.address()) : [];
console.log(JSON.stringify({ channels, problems: diagnostics.map(({ code, message, path }) => ({ code, message, path })) }));
