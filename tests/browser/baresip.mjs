// A telephone of other people's making (baresip) behind a trunk without a registrar: it rings, is answered, keeps a
// recording of what it hears, and presses keys by RFC 4733. It is driven as a person at a terminal drives it, and
// picks its ports itself; every wait ends with something that it says, or with its recording growing.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { within } from './rig.mjs';

/** Bytes before the samples of a recording, and bytes of a sample. */
const HEADER = 44;
const SAMPLE = 2;

/** The address of this machine that other programs on it choose by themselves. */
async function ownAddress() {
  const socket = createSocket('udp4');
  try {
    socket.connect(9, '192.0.2.1');
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return '127.0.0.1';
  } finally {
    socket.close();
  }
}

/** A minute of almost nothing: a call ends with its source of sound. */
function silence(samples = 8_000 * 60) {
  const file = Buffer.alloc(HEADER + samples * SAMPLE, 1);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // one channel
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(8_000 * SAMPLE, 28);
  file.writeUInt16LE(SAMPLE, 32);
  file.writeUInt16LE(8 * SAMPLE, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * SAMPLE, 40);
  return file;
}

export class Telephone {
  #child;
  #said = '';
  #more = [];

  /** Takes up a telephone of this number. */
  static async start(number) {
    const phone = new Telephone();
    phone.folder = await mkdtemp(join(tmpdir(), 'telephone-'));
    phone.address = await ownAddress();
    const put = (name, text) => writeFile(join(phone.folder, name), text);
    await put('silence.wav', silence());
    await put('accounts', `<sip:${number}@${phone.address}>;regint=0;answermode=manual;audio_codecs=PCMU;dtmfmode=rtpevent\n`);
    const modules = ['module stdio.so', 'module g711.so', 'module aufile.so', 'module sndfile.so', 'module_app account.so', 'module_app menu.so', 'module debug_cmd.so'];
    await put('config', [
      `sip_listen ${phone.address}:0`,
      `audio_source aufile,${phone.folder}/silence.wav`,
      `audio_player aufile,${phone.folder}/played.wav`,
      'module_path /usr/lib/baresip/modules',
      ...modules,
      `snd_path ${phone.folder}`,
      '',
    ].join('\n'));
    phone.#run();
    try {
      await phone.says(/baresip is ready/);
      phone.#type('/sipstat\n');
      [, phone.port] = await phone.says(new RegExp(`${phone.address}:(\\d+) \\(UDP\\)`));
    } catch (error) {
      await phone.stop();
      throw error;
    }
    return phone;
  }

  #run() {
    this.#child = spawn('baresip', ['-f', this.folder], { cwd: this.folder, stdio: ['pipe', 'pipe', 'pipe'] });
    const heard = (text) => {
      this.#said += text;
      for (const look of this.#more.splice(0)) look();
    };
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.setEncoding('utf8').on('data', heard);
    this.#child.once('error', (error) => heard(`${error}\n`));
    this.ended = once(this.#child, 'exit');
    this.ended.then(() => heard('\nended\n'), () => {});
  }

  #type(keys) {
    this.#child.stdin.write(keys);
  }

  /** Waits until it says this. */
  async says(what) {
    for (;;) {
      const found = what.exec(this.#said);
      if (found) return found;
      const more = new Promise((resolve) => this.#more.push(resolve));
      await within(`the telephone to say ${what}:\n${this.#said.slice(-2_000)}`, more);
    }
  }

  /** Waits until it rings. */
  async rings() {
    return this.says(/Incoming call from/);
  }

  /** Picks up. */
  async answer() {
    this.#type('/accept\n');
    await this.says(/Call established/);
  }

  /** The recording of what it heard, once there is one. */
  async recording() {
    const file = (await readdir(this.folder)).find((name) => name.endsWith('-dec.wav'));
    return file && join(this.folder, file);
  }

  /** Waits until it has heard so many samples. */
  async hears(samples) {
    const changed = watch(this.folder);
    try {
      for (;;) {
        const more = once(changed, 'change');
        const file = await this.recording();
        if (file && (await stat(file)).size >= HEADER + samples * SAMPLE) return;
        await within(`the telephone to hear ${samples} samples`, more);
      }
    } finally {
      changed.close();
    }
  }

  /** Presses keys, as fast as it can send them. */
  press(keys) {
    for (const key of keys) this.#type(`/sndcode ${key}\n`);
  }

  /** Waits until the other side has ended the call, and hangs the telephone itself up for good: its recording is whole. */
  async over() {
    await this.says(/session closed|terminated/);
    this.#type('/quit\n');
    await within('the telephone to end', this.ended);
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill();
      await within('the telephone to end', this.ended);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
