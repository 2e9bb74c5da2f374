"""Prints the characters of GSM 03.38 with their octets, as PyPI smpplib encodes them:

pip install smpplib==2.2.4 && python alphabet.py > alphabet.tsv

It has U+0060 in the place of U+00A7, and lacks the form feed: the three are left out.
"""

from smpplib.gsm import gsm_encode

for code in range(0x110000):
    if code in (0x0C, 0x1B, 0x60) or 0xD800 <= code <= 0xDFFF:
        continue
    try:
        print(f"{code:04X}\t{gsm_encode(chr(code)).hex()}")
    except UnicodeError:
        pass
