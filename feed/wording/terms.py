"""Words that all kinds of messages share, by language, and how a word is looked up."""

from collections.abc import Iterable

from feed.model.kind import Terms

__all__ = ["COMMON", "LANGUAGES", "term"]

LANGUAGES = ("en", "ja", "ko")
"""The languages in which everything fixed is said; texts of a scenario may be in any other."""

COMMON: Terms = {
    "en": {
        "all-clear": "all-clear",
        "many": "{0} in number",
    },
    "ja": {
        "alert": "発表",
        "update": "更新",
        "cancel": "取消",
        "all-clear": "解除",
        "threat-passed": "通過",
        "threat-ended": "終了",
        "issued-in-error": "誤報",
        "wrong-area": "対象地域の誤り",
        "superseded-data": "新しい情報による",
        "expired": "期限切れ",
        "many": "{0}件",
    },
    "ko": {
        "alert": "발령",
        "update": "갱신",
        "cancel": "취소",
        "all-clear": "해제",
        "threat-passed": "위협 통과",
        "threat-ended": "위협 종료",
        "issued-in-error": "오발령",
        "wrong-area": "지역 오류",
        "superseded-data": "새 정보에 따름",
        "expired": "기한 만료",
        "many": "{0}건",
    },
}


def term(name: str, *values: str, language: str, tables: Iterable[Terms]) -> str:
    """Return what a word or a phrase is called in a language, else in English, else itself."""
    wanted = language.partition("-")[0].lower()
    some = list(tables)
    for each in (wanted, "en"):
        for table in some:
            found = table.get(each, {}).get(name)
            # A word of somebody's body may be spelt like a phrase; it is still only a word.
            if found is not None and (values or "{" not in found):
                return found.format(*values)
    return name.replace("-", " ")
