"""What is written in pictures, by language."""

from feed.model.kind import Terms
from feed.wording.terms import term

__all__ = ["drawn_word"]

_WORDS: Terms = {
    "en": {
        "note": "Illustrative geometry, not capability: sensor places, ranges and elevations are "
        "assumed. Coastlines: Natural Earth.",
        "reach": "{0} sensors, reach at {1} km altitude", "launch": "launch",
        "predicted": "first predicted area", "minutes": "minutes after launch",
        "came-down": "impact", "gone": "lost or broken", "altitude": "altitude, km",
        "root-scale": "altitude, km (square-root scale)", "after": "minutes after each launch",
        "in-view": "In view of own sensors", "told": "Alerts, and links that are down",
        "knows": "Warned, until the impact", "no-figures": "no figures of a flight",
        "never": "never warned", "left": "{0} before the impact",
        "too-late": "{0} after the impact",
        "on": "alert", "changed": "update", "over": "all-clear", "withdrawn": "withdrawn",
        "down": "link {0} is down", "later": "{0} later",
        "apogee": "apogee {0} km", "range": "range {0} km", "flies": "{0} min",
        "lost": "lost after {0} min", "broke-up": "broke up after {0} min",
        "orbit": "in orbit after {0} min", "objects": "{0} more objects", "object": "1 more object",
        "more": "and {0} more", "gap": "a mark where nothing happens for long",
        "lasts": "in force or on", "report": "report",
    },
    "ja": {
        "note": "図は例示であり実際の能力ではない。センサーの位置・到達距離・仰角は仮定。"
        "海岸線：Natural Earth",
        "reach": "{0}のセンサー、高度{1} kmでの覆域", "launch": "発射",
        "predicted": "最初の落下予測域", "minutes": "発射後の分", "came-down": "落下",
        "gone": "失探または分解", "altitude": "高度 km", "root-scale": "高度 km（平方根目盛）",
        "after": "各発射からの分", "in-view": "自国センサーの視野内", "told": "警報と回線断",
        "knows": "警報から落下まで", "no-figures": "飛翔の諸元なし", "never": "警報なし",
        "left": "落下の{0}前", "too-late": "落下の{0}後", "on": "発表", "changed": "更新",
        "over": "解除", "withdrawn": "取消", "down": "回線 {0} 断", "later": "{0}後",
        "apogee": "最高高度 {0} km", "range": "飛翔距離 {0} km", "flies": "{0}分",
        "lost": "{0}分後に失探", "broke-up": "{0}分後に分解", "orbit": "{0}分後に軌道投入",
        "objects": "他に物体{0}個", "object": "他に物体1個", "more": "他{0}件",
        "gap": "長く何も起きない間", "lasts": "発令中・有効", "report": "報告",
    },
    "ko": {
        "note": "그림은 예시이며 실제 능력이 아님. 센서의 위치·도달 거리·고각은 가정. "
        "해안선: Natural Earth",
        "reach": "{0} 센서, 고도 {1} km에서의 범위", "launch": "발사",
        "predicted": "첫 낙하 예측 구역", "minutes": "발사 후 분", "came-down": "낙하",
        "gone": "소실 또는 분해", "altitude": "고도 km", "root-scale": "고도 km(제곱근 눈금)",
        "after": "각 발사 후 분", "in-view": "자국 센서 시야 안", "told": "경보와 끊긴 회선",
        "knows": "경보부터 낙하까지", "no-figures": "비행 제원 없음", "never": "경보 없음",
        "left": "낙하 {0} 전", "too-late": "낙하 {0} 후", "on": "발령", "changed": "갱신",
        "over": "해제", "withdrawn": "취소", "down": "회선 {0} 끊김", "later": "{0} 후",
        "apogee": "최고 고도 {0} km", "range": "비행 거리 {0} km", "flies": "{0}분",
        "lost": "{0}분 후 소실", "broke-up": "{0}분 후 분해", "orbit": "{0}분 후 궤도 진입",
        "objects": "다른 물체 {0}개", "object": "다른 물체 1개", "more": "외 {0}건",
        "gap": "오래 아무 일도 없는 동안", "lasts": "발령 중·유효", "report": "보고",
    },
}  # fmt: skip


def drawn_word(name: str, *values: str, language: str) -> str:
    """Return a word of a picture, filled in."""
    return term(name, *values, language=language, tables=(_WORDS,))
