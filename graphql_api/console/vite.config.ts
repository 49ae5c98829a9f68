import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const api = process.env["EDS_GRAPHQL_URL"] ?? "http://127.0.0.1:8081";
const CARRIED = ["preact", "@preact/signals", "@preact/signals-core", "graphql-ws"];

/** The licences of what the built files carry. */
const licences: Plugin = {
  name: "licences",
  generateBundle() {
    const texts = CARRIED.map((name) => {
      const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf-8")) as { version: string };
      const file = name === "graphql-ws" ? "LICENSE.md" : "LICENSE";
      return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/${file}`, "utf-8").trim()}\n`;
    });
    this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join("\n") });
  },
};

/** The documents that are asked, by their SHA-256: the server answers them where it answers listed ones only. */
const documents: Plugin = {
  name: "documents",
  generateBundle() {
    const generated = readFileSync("src/api/generated/graphql.ts", "utf-8");
    const texts = [...generated.matchAll(/Document = new TypedDocumentString\(`([^`]*)`/g)].map(([, text]) => text ?? "");
    const listed = Object.fromEntries(texts.map((text) => [createHash("sha256").update(text).digest("hex"), text]));
    this.emitFile({ type: "asset", fileName: "documents.json", source: JSON.stringify(listed, null, 1) });
  },
};

export default defineConfig({
  base: "./", // so that it also works below a path of a reverse proxy
  plugins: [licences, documents],
  build: {
    outDir: "built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the policy lets nothing in but files of this server
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/graphql": { target: api, ws: true } } },
});
