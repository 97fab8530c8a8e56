/** The types of juya.d.ts fit the code, and what is written against them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

test("tsc has nothing to say", () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", join(root, "tests", "types")], {
    encoding: "utf8",
  });
  assert.equal(stdout + stderr, "");
});
