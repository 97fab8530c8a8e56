/**
 * The file system and the terminal for the indexer, which as a wasm module has none.
 * @module
 */
import { closeSync, openSync, readSync, readdirSync, realpathSync, statSync, writeSync } from "node:fs";
import { sep } from "node:path";
import { getSystemErrorMap } from "node:util";

const FOLDER = -1;
const OTHER = -2;

/** What the indexer asks for files. It knows one separator, which Windows understands as well. */
export class Host {
  /** @type {Map<string, Uint8Array[]>} */
  #inMemory;
  /** Where reading each file is: a descriptor, or pieces that are left. @type {Map<number, number | Uint8Array[]>} */
  #open = new Map();
  #opened = 0;

  /** @param {Map<string, Uint8Array[]>} [inMemory] pieces of files that are on no disk, by their names */
  constructor(inMemory = new Map()) {
    this.#inMemory = inMemory;
  }

  /** @param {string} path */
  look(path) {
    const pieces = this.#inMemory.get(path);
    if (pieces) return pieces.reduce((size, { length }) => size + length, 0);
    const stats = told(() => statSync(path));
    if (stats.isDirectory()) return FOLDER;
    return stats.isFile() ? stats.size : OTHER;
  }

  /** @param {string} path */
  canonical(path) {
    return told(() => realpathSync(path));
  }

  /** @param {string} path */
  names(path) {
    return told(() => readdirSync(path));
  }

  /** @param {string} path */
  open(path) {
    const pieces = this.#inMemory.get(path);
    const file = pieces ? [...pieces] : told(() => openSync(path));
    this.#open.set(++this.#opened, file);
    return this.#opened;
  }

  /** @param {number} number @param {Uint8Array} into */
  read(number, into) {
    const file = this.#open.get(number);
    if (typeof file === "number") return told(() => readSync(file, into));
    while (file?.[0]?.length === 0) file.shift();
    const piece = file?.[0];
    if (!file || !piece) return 0;
    const part = piece.subarray(0, into.length);
    into.set(part);
    file[0] = piece.subarray(part.length);
    return part.length;
  }

  /** @param {number} number */
  close(number) {
    const file = this.#open.get(number);
    this.#open.delete(number);
    if (typeof file === "number") closeSync(file);
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    print(1, bytes);
  }

  /** @param {string} line */
  complain(line) {
    print(2, Buffer.from(`${line}\n`));
  }
}

/**
 * Writes all of it before going on: what is asynchronous would be lost when the process ends.
 *
 * @param {1 | 2} stream standard output or error
 * @param {Uint8Array} bytes
 */
export function print(stream, bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(stream, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // a pipe that is full for now
    }
  }
}

/** A path as the indexer wants it. @param {string} path */
export const slashed = (path) => (sep === "\\" ? path.replaceAll(sep, "/") : path);

/**
 * Does something; what the system says against it is said as the native command says it.
 *
 * @template T
 * @param {() => T} what
 * @returns {T}
 */
function told(what) {
  try {
    return what();
  } catch (error) {
    const [, reason] = getSystemErrorMap().get(error.errno) ?? [];
    if (!reason) throw error;
    throw new Error(`${reason[0].toUpperCase()}${reason.slice(1)} (os error ${-error.errno})`, { cause: error });
  }
}
