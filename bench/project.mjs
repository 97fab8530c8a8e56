/**
 * The project that this folder is a part of.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
export const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const juyaPath = join(target, "release/juya");

/** Runs the juya command; its output. */
export const juya = (...words) => execFileSync(juyaPath, words, { encoding: "utf8" });
