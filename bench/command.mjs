/**
 * Runs commands, and tells their time and memory.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/**
 * Runs a command under GNU time.
 *
 * @param {string[]} command
 * @param {number} limit seconds; then it is ended
 * @returns {Promise<{ output: string, seconds: number, peak: number }>} `peak`: bytes of the
 *   largest of its processes, at its largest (maximum resident set size)
 * @throws {Error} if it fails or takes longer
 */
export async function run(command, limit) {
  const folder = mkdtempSync(join(tmpdir(), "juya-bench-"));
  const report = join(folder, "time");
  try {
    const start = performance.now();
    const child = spawn("time", ["--format=%M", `--output=${report}`, ...command], {
      detached: true, // so that it can be ended with all that it starts
      stdio: ["ignore", "pipe", "pipe"],
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      process.kill(-child.pid, "SIGKILL");
    }, limit * 1000);
    const closed = once(child, "close");
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed])
      .finally(() => clearTimeout(timer));
    const seconds = (performance.now() - start) / 1000;
    if (late) throw new Error(`not done after ${limit} s`);
    if (code !== 0) throw new Error(reason(errors) ?? `ended with code ${code}`);
    // The last line: one before it tells of a command that failed.
    const peak = Number(readFileSync(report, "utf8").trim().split("\n").at(-1)) * 1024;
    return { output, seconds, peak };
  } catch (error) {
    if (error.code === "ENOENT") {
      throw new Error("GNU time is missing, which tells the memory; install it: apt-get install time");
    }
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The line that says most. */
function reason(errors) {
  const lines = errors.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
}
