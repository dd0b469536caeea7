"""Pinyin with tone numbers to the phoneme letters that Kokoro-82M was trained on for Mandarin.

The reading in prompts.toml is pinyin *as spoken* (tone sandhi already applied), so this is a plain
table and guesses nothing: a syllable it does not know is an error. The letters are IPA with an arrow
for the tone right after the vowel; the neutral tone (5) has none.
"""

import re

TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}

INITIALS = {
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ",
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "r": "ɻ",
    "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip

# What is spoken before, at and after the vowel that carries the tone.
FINALS = {
    "a": ("", "a", ""), "ai": ("", "ai", ""), "an": ("", "a", "n"), "ang": ("", "a", "ŋ"), "ao": ("", "au", ""),
    "e": ("", "ɤ", ""), "ei": ("", "ei", ""), "en": ("", "ə", "n"), "eng": ("", "ə", "ŋ"), "er": ("", "ɚ", ""),
    "i": ("", "i", ""), "ia": ("j", "a", ""), "ian": ("j", "ɛ", "n"), "iang": ("j", "a", "ŋ"),
    "iao": ("j", "au", ""), "ie": ("j", "e", ""), "in": ("", "i", "n"), "ing": ("", "i", "ŋ"),
    "iong": ("j", "ʊ", "ŋ"), "iou": ("j", "ou", ""), "ong": ("", "ʊ", "ŋ"), "ou": ("", "ou", ""),
    "u": ("", "u", ""), "ua": ("w", "a", ""), "uai": ("w", "ai", ""), "uan": ("w", "a", "n"),
    "uang": ("w", "a", "ŋ"), "uei": ("w", "ei", ""), "uen": ("w", "ə", "n"), "ueng": ("w", "ə", "ŋ"),
    "uo": ("w", "o", ""), "ü": ("", "y", ""), "üan": ("ɥ", "ɛ", "n"), "üe": ("ɥ", "e", ""), "ün": ("", "y", "n"),
}  # fmt: skip

SHORTENED = {"iu": "iou", "ui": "uei", "un": "uen"}
BUZZED = {"zh", "ch", "sh", "r", "z", "c", "s"}  # the "i" after these is no [i]


def split(letters):
    """'zhang' -> ('zh', 'ang'); 'you' -> ('', 'iou'): the final in its full spelling."""
    if letters.startswith("y"):
        rest = letters[1:]
        final = "ü" + rest[1:] if rest.startswith("u") else rest if rest.startswith("i") else "i" + rest
        return "", SHORTENED.get(final, final)
    if letters.startswith("w"):
        rest = letters[1:]
        final = rest if rest.startswith("u") else "u" + rest
        return "", SHORTENED.get(final, final)
    initial = next((i for i in INITIALS if letters.startswith(i)), "")
    final = letters[len(initial) :]
    if initial in {"j", "q", "x"} and final.startswith("u"):
        return initial, "ü" + final[1:]
    if initial in {"b", "p", "m", "f"} and final == "o":
        return initial, "uo"
    return initial, SHORTENED.get(final, final)


def syllable(written):
    letters, tone = written[:-1], TONES[written[-1]]
    initial, final = split(letters)
    if final not in FINALS:
        raise ValueError(f"not a pinyin syllable: {written!r}")
    if final == "i" and initial in BUZZED:
        return INITIALS[initial] + "ɨ" + tone
    before, vowel, after = FINALS[final]
    return INITIALS.get(initial, "") + before + vowel + tone + after


def phonemes(reading):
    """One sentence of pinyin ('ni3 hao3, ...') as phoneme letters; words keep their spaces."""
    out = []
    for piece in re.findall(r"[a-zü]+[1-5]|[ ,.?!]|.", reading):
        if re.fullmatch(r"[a-zü]+[1-5]", piece):
            out.append(syllable(piece))
        elif piece in " ,.?!":
            out.append(piece)
        else:
            raise ValueError(f"not pinyin: {piece!r} in {reading!r}")
    return "".join(out)
