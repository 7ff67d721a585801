#!/usr/bin/python3
"""Writes src/accounts/dictionaries from two npm packages: docs/decisions/0014-dictionaries-of-passwords.md.

    npm pack zxcvbn@4.4.2 bip39@3.1.2      and unpack each
    password_dictionaries.py ZXCVBN BIP39  the folders `package` of the two
"""

import json
import pathlib
import re
import sys
import unicodedata

FOLDER = pathlib.Path(__file__).parent.parent / "src/accounts/dictionaries"


def ranked_words(text):
    """word -> its best rank, from 1, in any of zxcvbn's lists."""
    ranks = {}
    lists = re.findall(r'(\w+): (["\'])(.*?)\2\.split\(["\'],["\']\)', text, re.DOTALL)
    if len(lists) != 6:
        sys.exit(f"expected six lists, found {len(lists)}")
    for _, _, words in lists:
        for rank, word in enumerate(re.sub(r"\\(.)", r"\1", words).split(","), 1):
            if not re.fullmatch(r"[!-@\[-~]+", word):
                sys.exit(f"not printable ASCII in lower case: {word!r}")
            ranks[word] = min(rank, ranks.get(word, rank))
    return ranks


def without_accents(word):
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if not re.fullmatch(r"[a-z]+", plain):
        sys.exit(f"not letters alone: {word!r}")
    return plain


def main():
    zxcvbn, bip39 = map(pathlib.Path, sys.argv[1:])
    FOLDER.mkdir(exist_ok=True)
    ranks = ranked_words((zxcvbn / "lib/frequency_lists.js").read_text())
    # A line is a word and a capital letter: A for rank 1, B for 2 and 3, C for 4 to 7, and so on.
    lines = [word + chr(ord("A") + rank.bit_length() - 1) for word, rank in sorted(ranks.items())]
    (FOLDER / "common_passwords.txt").write_text("".join(line + "\n" for line in lines))
    (FOLDER / "common_passwords.licence.txt").write_text((zxcvbn / "LICENSE.txt").read_text())
    for language in ("english", "french"):
        words = sorted(map(without_accents, json.loads((bip39 / f"src/wordlists/{language}.json").read_text())))
        if len(set(words)) != 2048:
            sys.exit(f"expected 2048 words in {language}, found {len(set(words))}")
        (FOLDER / f"{language}_words.txt").write_text("".join(word + "\n" for word in words))
    (FOLDER / "words.licence.txt").write_text((bip39 / "LICENSE").read_text())


if __name__ == "__main__":
    main()
