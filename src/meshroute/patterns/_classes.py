"""Character classes: Perl, POSIX and Unicode ones, cut to U+00FF.

Read off google-re2 (Unicode 15), byte by byte, with ``encoding=LATIN1``; the differential tests hold them against it.
"""

from __future__ import annotations

from typing import Final

from meshroute.patterns._tree import ALL_BYTES, DIGIT, LOWER, UPPER, WORD, byte_range


def _mask(*ranges: tuple[int, int]) -> int:
    mask = 0
    for low, high in ranges:
        mask |= byte_range(low, high)
    return mask


_BLANK: Final = _mask((9, 9), (32, 32))
_PERL_SPACE: Final = _mask((9, 10), (12, 13), (32, 32))  # without \v, which only [[:space:]] has

PERL_CLASSES: Final = {
    "d": DIGIT,
    "s": _PERL_SPACE,
    "w": WORD,
}

POSIX_CLASSES: Final = {
    "alnum": UPPER | LOWER | DIGIT,
    "alpha": UPPER | LOWER,
    "ascii": _mask((0, 127)),
    "blank": _BLANK,
    "cntrl": _mask((0, 31), (127, 127)),
    "digit": DIGIT,
    "graph": _mask((33, 126)),
    "lower": LOWER,
    "print": _mask((32, 126)),
    "punct": _mask((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": _mask((9, 13), (32, 32)),
    "upper": UPPER,
    "word": WORD,
    "xdigit": DIGIT | _mask((65, 70), (97, 102)),
}

# General categories and scripts with members up to U+00FF.
_UNICODE: Final = {
    "Any": ALL_BYTES,
    "C": _mask((0, 31), (127, 159), (173, 173)),
    "Cc": _mask((0, 31), (127, 159)),
    "Cf": _mask((173, 173)),
    "Common": _mask((0, 64), (91, 96), (123, 169), (171, 185), (187, 191), (215, 215), (247, 247)),
    "L": _mask((65, 90), (97, 122), (170, 170), (181, 181), (186, 186), (192, 214), (216, 246), (248, 255)),
    "Latin": _mask((65, 90), (97, 122), (170, 170), (186, 186), (192, 214), (216, 246), (248, 255)),
    "Ll": _mask((97, 122), (181, 181), (223, 246), (248, 255)),
    "Lo": _mask((170, 170), (186, 186)),
    "Lu": _mask((65, 90), (192, 214), (216, 222)),
    "N": _mask((48, 57), (178, 179), (185, 185), (188, 190)),
    "Nd": _mask((48, 57)),
    "No": _mask((178, 179), (185, 185), (188, 190)),
    "P": _mask(
        (33, 35),
        (37, 42),
        (44, 47),
        (58, 59),
        (63, 64),
        (91, 93),
        (95, 95),
        (123, 123),
        (125, 125),
        (161, 161),
        (167, 167),
        (171, 171),
        (182, 183),
        (187, 187),
        (191, 191),
    ),
    "Pc": _mask((95, 95)),
    "Pd": _mask((45, 45)),
    "Pe": _mask((41, 41), (93, 93), (125, 125)),
    "Pf": _mask((187, 187)),
    "Pi": _mask((171, 171)),
    "Po": _mask(
        (33, 35),
        (37, 39),
        (42, 42),
        (44, 44),
        (46, 47),
        (58, 59),
        (63, 64),
        (92, 92),
        (161, 161),
        (167, 167),
        (182, 183),
        (191, 191),
    ),
    "Ps": _mask((40, 40), (91, 91), (123, 123)),
    "S": _mask(
        (36, 36),
        (43, 43),
        (60, 62),
        (94, 94),
        (96, 96),
        (124, 124),
        (126, 126),
        (162, 166),
        (168, 169),
        (172, 172),
        (174, 177),
        (180, 180),
        (184, 184),
        (215, 215),
        (247, 247),
    ),
    "Sc": _mask((36, 36), (162, 165)),
    "Sk": _mask((94, 94), (96, 96), (168, 168), (175, 175), (180, 180), (184, 184)),
    "Sm": _mask((43, 43), (60, 62), (124, 124), (126, 126), (172, 172), (177, 177), (215, 215), (247, 247)),
    "So": _mask((166, 166), (169, 169), (174, 174), (176, 176)),
    "Z": _mask((32, 32), (160, 160)),
    "Zs": _mask((32, 32), (160, 160)),
}

# Those without: the names are accepted, and nothing matches.
_BEYOND: Final = (
    "Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali "
    "Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian "
    "Chakma Cham Cherokee Chorasmian Co Coptic Cs Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret "
    "Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian "
    "Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo "
    "Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian "
    "Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi "
    "Lao Lepcha Limbu Linear_A Linear_B Lisu Lm Lt Lycian Lydian M Mahajani Makasar Malayalam Mandaic "
    "Manichaean Marchen Masaram_Gondi Mc Me Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive "
    "Meroitic_Hieroglyphs Miao Mn Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari "
    "New_Tai_Lue Newa Nko Nl Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic "
    "Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya "
    "Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic "
    "Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo "
    "Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut "
    "Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi "
    "Zanabazar_Square Zl Zp "
)

NAME_CATEGORIES: Final = ("L", "Mn", "Mc", "Nd", "Nl", "Pc")
"""What the name of a group is made of."""

CATEGORIES: Final = frozenset("CLMNPSZ")
"""The general categories that are unions of those of two letters."""

UNICODE_CLASSES: Final = dict.fromkeys(_BEYOND.split(), 0) | _UNICODE
