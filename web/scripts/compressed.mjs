// Lays a .br and a .gz beside each text that a build writes, so that the server compresses nothing itself.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXTS = /\.(js|css|svg|json|wasm|ttf)$/;
const SMALLEST = 200;

/** A Vite plugin; `quality` is brotli's, 0-11. What compression does not make smaller stays alone. */
export function compressed({ quality = constants.BROTLI_MAX_QUALITY } = {}) {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true })) {
        if (!TEXTS.test(entry)) continue;
        const body = readFileSync(join(folder, entry));
        if (body.length < SMALLEST) continue;
        const params = {
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
          [constants.BROTLI_PARAM_QUALITY]: quality,
        };
        const packed = { br: brotliCompressSync(body, { params }), gz: gzipSync(body, { level: 9 }) };
        for (const [ending, bytes] of Object.entries(packed)) {
          if (bytes.length < body.length) writeFileSync(join(folder, `${entry}.${ending}`), bytes);
        }
      }
    },
  };
}
