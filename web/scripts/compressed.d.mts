import type { Plugin } from "vite";

export function compressed(options?: { quality?: number }): Plugin;
