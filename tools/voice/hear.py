#!/usr/bin/env python3
"""Lets a speech recogniser listen to the clips as a phone would hear them. See README.md beside this file.

    hear.py MODEL_FOLDER [--language ja] [--digits 12]

MODEL_FOLDER holds a multilingual Whisper model as faster-whisper reads it (config.json, model.bin,
tokenizer.json, vocabulary.txt). Each clip goes through the companding of G.711 first. What was heard is
compared with the text by sound (pinyin, phonemes, words), so that another character of the same sound
is no error, and printed with the share of sounds that were wrong. It is an aid for choosing voices and
wording, not a test: a small recogniser errs by itself.
"""

import argparse
import random
import re

import numpy as np
import render

RECOGNISED_AS = {"zh-TW": "zh", "ja": "ja", "en": "en"}
MANDARIN_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def companded(samples):
    """There and back through mu-law, at the recogniser's 16 kHz."""
    strength = np.round(np.log1p(255 * np.abs(samples)) / np.log(256) * 127) / 127
    heard = np.sign(samples) * np.expm1(strength * np.log(256)) / 255
    spectrum = np.zeros(len(heard) + 1, complex)
    half = np.fft.rfft(heard)
    spectrum[: len(half)] = half
    return (np.fft.irfft(spectrum, 2 * len(heard)) * 2).astype(np.float32)


def sounds(text, language):
    text = re.sub(r"（.*?）|\(.*?\)", "", text)
    if language == "zh-TW":
        import pypinyin

        text = "".join(MANDARIN_DIGITS.get(letter, letter) for letter in text)
        return pypinyin.lazy_pinyin(re.sub(r"[^\u4e00-\u9fff]", "", text), style=pypinyin.Style.TONE3)
    if language == "ja":
        import pyopenjtalk

        return [sound for sound in pyopenjtalk.g2p(re.sub(r"\W", "", text), use_sudachi_kanji_yomi=False).split() if sound != "pau"]
    return re.findall(r"[a-z0-9']+", text.lower())


def distance(left, right):
    row = list(range(len(right) + 1))
    for i, x in enumerate(left, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(right, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--language", action="append", choices=render.LANGUAGES)
    parser.add_argument("--digits", type=int, default=8, help="how many account numbers to listen to")
    arguments = parser.parse_args()

    from faster_whisper import WhisperModel

    model = WhisperModel(arguments.model, device="cpu", compute_type="int8")
    texts = render.table()

    def hear(samples, language):
        parts, _ = model.transcribe(
            companded(samples), language=RECOGNISED_AS[language], condition_on_previous_text=False
        )
        return "".join(part.text for part in parts).strip()

    for language in arguments.language or render.LANGUAGES:
        clips = {clip: render.read(render.ASSETS / language / f"{clip}.wav") for clip in texts["clips"]}
        gap = np.zeros(int(render.JOIN_GAP * render.PHONE_RATE))
        lines = [(name, texts["clips"][name][language]["text"], [name]) for name in clips if not name.isdigit()]
        choose = random.Random(1)
        for _ in range(arguments.digits):
            number = "".join(choose.choices("0123456789", k=4))
            lead = texts["clips"]["account-ending"][language]["text"]
            lines.append((number, f"{lead} {' '.join(number)}", ["account-ending", *number]))
        wrong = total = 0
        for name, text, row in lines:
            heard = hear(np.concatenate([part for clip in row for part in (clips[clip], gap)]), language)
            if language == "en":  # numbers may come back as one word
                heard = re.sub(r"\d", r" \g<0> ", heard)
            expected = sounds(text, language)
            errors = distance(sounds(heard, language), expected)
            wrong, total = wrong + errors, total + len(expected)
            print(f"{language:6} {name:16} {errors:3}/{len(expected):<3} {heard}")
        print(f"{language:6} all {wrong}/{total} = {wrong / total:.1%}")


if __name__ == "__main__":
    main()
