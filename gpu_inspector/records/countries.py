"""Countries as labels and papers write them: those where boards, servers and their chips are made, and a few beside.

Short on purpose: a country that is not here is read as unknown, and decides nothing.
"""

import re
from functools import cache

from gpu_inspector.records.goods_words import fold

_NAMES = {
    "CN": "china, cn, chn, prc, p r c, p r china, pr china, peoples republic of china, chine, cina, китай, кнр, 中国,"
    " 中國, çin",
    "TW": "taiwan, tw, twn, roc, taiwan roc, тайвань, 台湾, 台灣, 臺灣, taiwan province of china, chinese taipei",
    "HK": "hong kong, hk, hkg, hongkong, гонконг, 香港",
    "VN": "vietnam, viet nam, vn, vnm, вьетнам, 越南, việt nam",
    "MY": "malaysia, my, mys, малайзия, 马来西亚, malaisie, malasia",
    "TH": "thailand, th, tha, таиланд, 泰国, thaïlande, tailandia",
    "ID": "indonesia, id, idn, индонезия, 印度尼西亚",
    "PH": "philippines, ph, phl, филиппины, 菲律宾",
    "SG": "singapore, sg, sgp, сингапур, 新加坡",
    "KR": "korea, south korea, republic of korea, kr, kor, южная корея, корея, 韩国, 韓國, corée du sud, corea del sur",
    "JP": "japan, jp, jpn, япония, 日本, japon",
    "IN": "india, in, ind, индия, 印度",
    "MX": "mexico, mx, mex, мексика, 墨西哥, mexique",
    "US": "usa, us, u s a, united states, united states of america, сша, 美国, 美國, états unis, estados unidos",
    "CA": "canada, ca, can, канада, 加拿大",
    "DE": "germany, de, deu, deutschland, германия, 德国, allemagne, alemania",
    "CZ": "czech republic, czechia, cz, cze, чехия, 捷克",
    "HU": "hungary, hu, hun, венгрия, 匈牙利, magyarország",
    "PL": "poland, pl, pol, польша, 波兰, polska",
    "NL": "netherlands, nl, nld, holland, нидерланды, 荷兰",
    "IE": "ireland, ie, irl, ирландия, 爱尔兰",
    "GB": "united kingdom, uk, gb, gbr, great britain, великобритания, 英国",
    "FR": "france, fr, fra, франция, 法国",
    "IL": "israel, il, isr, израиль, 以色列",
    "AE": "united arab emirates, uae, ae, are, оаэ, 阿联酋",
    "BR": "brazil, br, bra, brasil, бразилия, 巴西",
}
_MADE_IN = re.compile(
    r"(?:made|manufactured|assembled|fabrique|hecho|fabricado|hergestellt|сделано|произведено)\s+"
    r"(?:in|en|au|в)\s+(?P<where>[^\W\d_]+(?:\s[^\W\d_]+){0,3})|(?P<chinese>[^\W\d_]{2,5})制造"
)


@cache
def _by_name() -> dict[str, str]:
    return {fold(name): code for code, names in _NAMES.items() for name in names.split(",")}


def country_of(text: str) -> str:
    """ISO 3166 alpha-2 of a country's name or code; "" where it is not known here."""
    return _by_name().get(" ".join(re.findall(r"[^\W\d_]+", fold(text))), "")


def made_in(text: str) -> frozenset[str]:
    """The countries that a label says its goods were made in: "Made in China"."""
    places = ((one["where"] or one["chinese"]).split() for one in _MADE_IN.finditer(fold(text)))
    return frozenset(_first(words) for words in places) - {""}


def _first(words: list[str]) -> str:
    """The longest beginning that is a country: what follows it is the label's next line."""
    return next((code for count in range(len(words), 0, -1) if (code := country_of(" ".join(words[:count])))), "")
