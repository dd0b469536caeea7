// The product's own texts, so that the stories press what a person reads: `texts('ja').say('sign-in-next')`.
//
// Reads the part of Fluent that the files use: messages, attributes, placeholders, references and choices. A text with
// a value that the story does not know becomes a pattern.

import { readdirSync, readFileSync } from 'node:fs';

export const LOCALES = ['zh-TW', 'ja', 'en'];

const FOLDER = new URL('../../locales/', import.meta.url);

/** Messages of one file by key, as written. */
export function parse(source) {
  const messages = new Map();
  let key = null;
  let own = null;
  for (const line of source.split('\n')) {
    if (line.startsWith('#')) continue;
    const message = /^(-?[A-Za-z][\w-]*)\s*=\s?(.*)$/.exec(line);
    const attribute = /^\s+\.([A-Za-z][\w-]*)\s*=\s?(.*)$/.exec(line);
    if (message) {
      own = key = message[1];
      messages.set(key, message[2]);
    } else if (attribute && own) {
      key = `${own}.${attribute[1]}`;
      messages.set(key, attribute[2]);
    } else if (key && (line.startsWith(' ') || line === '' || line.startsWith('}'))) {
      messages.set(key, `${messages.get(key)}\n${line.trim()}`);
    } else {
      key = null;
    }
  }
  for (const [name, text] of messages) messages.set(name, text.trim());
  return messages;
}

class Texts {
  #messages = new Map();

  constructor(locale) {
    this.locale = locale;
    const folder = new URL(`${locale}/`, FOLDER);
    for (const file of readdirSync(folder)) {
      for (const entry of parse(readFileSync(new URL(file, folder), 'utf8'))) this.#messages.set(...entry);
    }
  }

  keys() {
    return [...this.#messages.keys()];
  }

  has(key) {
    return this.#messages.has(key);
  }

  /** The text of a key; a pattern when a value is left open. */
  say(key, values = {}) {
    const parts = this.#parts(this.#message(key), values);
    if (parts.every((part) => typeof part === 'string')) return parts.join('');
    const escaped = parts.map((part) => (typeof part === 'string' ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : part.source));
    return new RegExp(escaped.join('').replace(/\s+/g, '\\s+'));
  }

  #message(key) {
    const text = this.#messages.get(key);
    if (text === undefined) throw new Error(`${this.locale} has no text ${key}`);
    return text;
  }

  /** Text in pieces: strings, and patterns where a value is open. */
  #parts(text, values) {
    const parts = [];
    let rest = text;
    while (rest !== '') {
      const open = rest.indexOf('{');
      if (open < 0) {
        parts.push(rest);
        break;
      }
      if (open > 0) parts.push(rest.slice(0, open));
      const close = closing(rest, open);
      parts.push(...this.#placeable(rest.slice(open + 1, close).trim(), values));
      rest = rest.slice(close + 1);
    }
    return parts;
  }

  #placeable(inside, values) {
    const choice = /^(?:\$([\w-]+)|\w+\(\s*\$([\w-]+)[^)]*\))\s*->/.exec(inside);
    if (choice) return this.#chosen(inside.slice(choice[0].length), values, choice[1] ?? choice[2]);
    const variable = /^\$([\w-]+)$/.exec(inside) ?? /^\w+\(\s*\$([\w-]+)/.exec(inside);
    if (variable) return [variable[1] in values ? String(values[variable[1]]) : /[\s\S]+?/];
    const literal = /^"((?:[^"\\]|\\.)*)"$/.exec(inside);
    if (literal) return [literal[1].replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\\(.)/g, '$1')];
    return this.#parts(this.#message(inside), values);
  }

  #chosen(variants, values, name) {
    const found = new Map();
    let standard = null;
    const heads = [...variants.matchAll(/(\*?)\[\s*([\w.-]+)\s*\]/g)].filter((head) => depth(variants, head.index) === 0);
    heads.forEach((head, index) => {
      const end = heads[index + 1]?.index ?? variants.length;
      found.set(head[2], variants.slice(head.index + head[0].length, end).trim());
      if (head[1]) standard = head[2];
    });
    if (!(name in values)) return [/[\s\S]+?/];
    const value = values[name];
    const form = typeof value === 'number' ? new Intl.PluralRules(this.locale).select(value) : String(value);
    const text = found.get(String(value)) ?? found.get(form) ?? found.get(standard);
    return this.#parts(text, values);
  }
}

function depth(text, to) {
  let open = 0;
  for (const c of text.slice(0, to)) open += c === '{' ? 1 : c === '}' ? -1 : 0;
  return open;
}

function closing(text, from) {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') open += 1;
    if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  throw new Error(`no closing brace: ${text}`);
}

const known = new Map();

/** The texts of a language. */
export function texts(locale) {
  if (!known.has(locale)) known.set(locale, new Texts(locale));
  return known.get(locale);
}
