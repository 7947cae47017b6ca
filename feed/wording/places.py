"""Where a point is, in words: so many kilometres in a direction from a place that people know.

The places are towns and islands at whole tenths of a degree, enough for such words; they are the
same as on the page.
"""

import math
from typing import NamedTuple

from feed.model.kind import Terms
from feed.wording.terms import term

__all__ = ["SPOTS", "Spot", "place_words"]


class Spot(NamedTuple):
    """A place that people know."""

    en: str
    ja: str
    ko: str
    lat: float
    lon: float


SPOTS = (
    Spot("Wakkanai", "稚内", "왓카나이", 45.4, 141.7),
    Spot("Sapporo", "札幌", "삿포로", 43.1, 141.4),
    Spot("Kushiro", "釧路", "구시로", 43.0, 144.4),
    Spot("Okushiri", "奥尻島", "오쿠시리섬", 42.2, 139.5),
    Spot("Aomori", "青森", "아오모리", 40.8, 140.7),
    Spot("Akita", "秋田", "아키타", 39.7, 140.1),
    Spot("Sendai", "仙台", "센다이", 38.3, 140.9),
    Spot("Niigata", "新潟", "니가타", 37.9, 139.0),
    Spot("Noto", "能登", "노토", 37.4, 137.1),
    Spot("Tokyo", "東京", "도쿄", 35.7, 139.7),
    Spot("Osaka", "大阪", "오사카", 34.7, 135.5),
    Spot("Matsue", "松江", "마쓰에", 35.5, 133.1),
    Spot("Fukuoka", "福岡", "후쿠오카", 33.6, 130.4),
    Spot("Naha", "那覇", "나하", 26.2, 127.7),
    Spot("Ishigaki", "石垣島", "이시가키섬", 24.4, 124.2),
    Spot("Chichijima", "父島", "지치지마섬", 27.1, 142.2),
    Spot("Seoul", "ソウル", "서울", 37.6, 127.0),
    Spot("Busan", "釜山", "부산", 35.2, 129.1),
    Spot("Jeju", "済州島", "제주도", 33.4, 126.5),
    Spot("Ulleungdo", "鬱陵島", "울릉도", 37.5, 130.9),
    Spot("Baengnyeongdo", "白翎島", "백령도", 37.9, 124.7),
    Spot("Pyongyang", "平壌", "평양", 39.0, 125.8),
    Spot("Wonsan", "元山", "원산", 39.2, 127.4),
    Spot("Hamhung", "咸興", "함흥", 39.9, 127.5),
    Spot("Vladivostok", "ウラジオストク", "블라디보스토크", 43.1, 131.9),
    Spot("Shanghai", "上海", "상하이", 31.2, 121.5),
    Spot("Manila", "マニラ", "마닐라", 14.6, 121.0),
    Spot("Guam", "グアム", "괌", 13.4, 144.8),
    Spot("Wake Island", "ウェーク島", "웨이크섬", 19.3, 166.6),
    Spot("Midway", "ミッドウェー", "미드웨이", 28.2, -177.4),
    Spot("Honolulu", "ホノルル", "호놀룰루", 21.3, -157.9),
    Spot("Anchorage", "アンカレジ", "앵커리지", 61.2, -149.9),
    Spot("Los Angeles", "ロサンゼルス", "로스앤젤레스", 34.1, -118.2),
)
_WORDS: Terms = {
    "en": {
        "from": "{0} km {1} of {2}", "near": "near {0}", "0": "north", "1": "north-east",
        "2": "east", "3": "south-east", "4": "south", "5": "south-west", "6": "west",
        "7": "north-west",
    },
    "ja": {
        "from": "{2}の{1} {0} km", "near": "{0}付近", "0": "北", "1": "北東", "2": "東",
        "3": "南東", "4": "南", "5": "南西", "6": "西", "7": "北西",
    },
    "ko": {
        "from": "{2} {1} {0} km", "near": "{0} 부근", "0": "북쪽", "1": "북동쪽", "2": "동쪽",
        "3": "남동쪽", "4": "남쪽", "5": "남서쪽", "6": "서쪽", "7": "북서쪽",
    },
}  # fmt: skip
_RADIUS_KM = 6371.0
_NEAR_KM = 15.0


def place_words(lon: float, lat: float, language: str) -> str:
    """Return where a point is, from the nearest place that people know."""
    spot = min(SPOTS, key=lambda each: _distance_km(each, lon, lat))
    km = _distance_km(spot, lon, lat)
    name = {"ja": spot.ja, "ko": spot.ko}.get(language.partition("-")[0].lower(), spot.en)
    if km < _NEAR_KM:
        return term("near", name, language=language, tables=(_WORDS,))
    direction = str(round(_bearing_deg(spot, lon, lat) / 45) % 8)
    way = term(direction, language=language, tables=(_WORDS,))
    return term("from", f"{km:,.0f}", way, name, language=language, tables=(_WORDS,))


def _distance_km(spot: Spot, lon: float, lat: float) -> float:
    one, other = math.radians(spot.lat), math.radians(lat)
    turn = math.radians(lon - spot.lon)
    chord = math.sin((other - one) / 2) ** 2
    chord += math.cos(one) * math.cos(other) * math.sin(turn / 2) ** 2
    return 2 * _RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def _bearing_deg(spot: Spot, lon: float, lat: float) -> float:
    one, other = math.radians(spot.lat), math.radians(lat)
    turn = math.radians(lon - spot.lon)
    east = math.sin(turn) * math.cos(other)
    north = math.cos(one) * math.sin(other) - math.sin(one) * math.cos(other) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360
