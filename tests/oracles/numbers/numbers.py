"""Prints how PyPI phonenumbers, a port of libphonenumber, reads numbers of every region and kind:

pip install -r requirements.txt && python numbers.py > numbers.tsv

Columns: the text, the region in which it is dialled (or -), E.164 (or - where no such number is
assigned), the country, and the kind of line. Each example number is written in E.164,
internationally and nationally, with one digit changed, one too few and one too many.
"""

import phonenumbers as lib
from phonenumbers import PhoneNumberFormat as Form
from phonenumbers import PhoneNumberType as Kind

NO_REGION = "-"


def row(text, region):
    try:
        number = lib.parse(text, None if region == NO_REGION else region)
    except lib.NumberParseException:
        return text, region, "-", "-", "-"
    if number.extension or not lib.is_valid_number(number):
        return text, region, "-", "-", "-"
    country = lib.region_code_for_number(number) or "001"
    kind = Kind.to_string(lib.number_type(number))
    return text, region, lib.format_number(number, Form.E164), country, kind


def texts(number, region):
    e164 = lib.format_number(number, Form.E164)
    yield e164, NO_REGION
    yield lib.format_number(number, Form.INTERNATIONAL), NO_REGION
    if region != NO_REGION:
        yield lib.format_number(number, Form.NATIONAL), region
    # Which digit changes follows from the number, so that the table is the same each time.
    place = len(e164) // 2
    yield f"{e164[:place]}{(int(e164[place]) + 5) % 10}{e164[place + 1:]}", NO_REGION
    yield e164[:-1], NO_REGION
    yield f"{e164}7", NO_REGION


def examples():
    kinds = [kind for kind in Kind.values() if kind != Kind.UNKNOWN]
    for region in sorted(lib.SUPPORTED_REGIONS):
        for kind in kinds:
            number = lib.example_number_for_type(region, kind)
            if number is not None:
                yield number, region
    for code in sorted(lib.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        number = lib.example_number_for_non_geo_entity(code)
        if number is not None:
            yield number, NO_REGION


rows = {row(text, region) for number, place in examples() for text, region in texts(number, place)}
for columns in sorted(rows):
    print("\t".join(columns))
