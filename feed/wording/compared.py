"""What is said of what countries knew, by language: in tables, sentences and pictures."""

from feed.model.kind import Terms
from feed.wording.terms import term

__all__ = ["compared_word"]

_WORDS: Terms = {
    "en": {
        "as-written": "as written", "first": "first warning", "by": "by", "from": "from",
        "report": "report", "contained": "contained", "launch": "launch point", "track": "track",
        "impact": "predicted impact", "known": "flight known", "own-reports": "by own reports",
        "before": "before impact", "ever": "at all", "left": "left before impact",
        "from-first": "from first warning", "from-impact": "from predicted impact",
        "in-view": "in view of own sensors", "never": "never", "own": "own", "public": "public",
        "launched": "launched {0}", "no-flight": "no flight is given",
        "ends-impact": "comes down {0}", "ends-lost": "is lost from view {0}",
        "ends-broke-up": "breaks up {0}", "ends-orbit": "is in orbit, shown until {0}",
        "rest": "what is left comes down {0}", "moments": "{0} moments of track, every {1}",
        "earlier": "warned {0} earlier", "later": "warned {0} later",
        "only-then": "warned only then", "not-then": "never warned then",
        "share": "{0} → {1} of the flight known", "same": "nothing is different",
        "warned": "warned {0} after the launch, by {1}", "spare": "{0} before the impact",
        "too-late": "{0} after the impact", "of-flight": "{0} of the flight known",
        "not-warned": "never warned", "by-itself": "its own reports",
        "legend": "T+ counts from the launch. First warning: the first report of the launch, a "
        "track or an impact. Known: at how much of the flight a position is known. What is left is "
        "negative if it came after the impact.",
        "follow": "To follow a number: {0}",
        "bar": "Bar: from the first warning to the impact.",
        "not-shown": "{0} more launches are not shown.", "as-at": "as at {0}",
        "first-track": "first track", "first-impact": "first predicted impact",
        "came-down": "impact", "since": "time since the launch",
        "known-before": "flight known\nbefore impact", "first-by": "first by",
        "s": "{0} s", "min": "{0} min", "h": "{0} h", "d": "{0} day",
    },
    "ja": {
        "as-written": "その時点どおり", "first": "最初の警報", "by": "取決め", "from": "発信国",
        "report": "報告", "contained": "内容", "launch": "発射地点", "track": "航跡",
        "impact": "落下予測", "known": "把握した飛翔", "own-reports": "自国の報告",
        "before": "落下まで", "ever": "最終的に", "left": "落下までの残り",
        "from-first": "最初の警報から", "from-impact": "落下予測から",
        "in-view": "自国センサーの視野", "never": "なし", "own": "自国", "public": "公表",
        "launched": "{0} 発射", "no-flight": "飛翔の諸元なし",
        "ends-impact": "{0} 落下", "ends-lost": "{0} 失探", "ends-broke-up": "{0} 分解",
        "ends-orbit": "軌道上、{0}まで表示", "rest": "残りは{0} 落下",
        "moments": "航跡 {0}点、{1}ごと",
        "earlier": "警報が{0}早まる", "later": "警報が{0}遅れる",
        "only-then": "その時点で初めて警報が届く", "not-then": "その時点では警報が届かない",
        "share": "飛翔の把握 {0} → {1}", "same": "変化なし",
        "warned": "発射から{0}後に警報（{1}）", "spare": "落下の{0}前",
        "too-late": "落下の{0}後", "of-flight": "飛翔の{0}を把握", "not-warned": "警報なし",
        "by-itself": "自国の報告",
        "legend": "T+ は発射からの時間。最初の警報：発射・航跡・落下の最初の報告。把握：飛翔のうち"
        "位置が分かっている割合。落下後に届いたものは残り時間が負になる。",
        "follow": "数値の根拠: {0}", "bar": "帯：最初の警報から落下まで。",
        "not-shown": "他に{0}件の発射は表示していません。", "as-at": "{0}と同じ",
        "first-track": "最初の航跡", "first-impact": "最初の落下予測", "came-down": "落下",
        "since": "発射からの時間", "known-before": "落下までに\n把握した飛翔",
        "first-by": "最初の経路", "s": "{0}秒", "min": "{0}分", "h": "{0}時間", "d": "{0}日",
    },
    "ko": {
        "as-written": "당시 기준", "first": "첫 경보", "by": "약정", "from": "발신국",
        "report": "보고", "contained": "내용", "launch": "발사 지점", "track": "항적",
        "impact": "낙하 예측", "known": "파악한 비행", "own-reports": "자국 보고",
        "before": "낙하 전까지", "ever": "최종", "left": "낙하까지 남은 시간",
        "from-first": "첫 경보부터", "from-impact": "낙하 예측부터",
        "in-view": "자국 센서 시야", "never": "없음", "own": "자국", "public": "공개",
        "launched": "{0} 발사", "no-flight": "비행 제원 없음",
        "ends-impact": "{0} 낙하", "ends-lost": "{0} 소실", "ends-broke-up": "{0} 분해",
        "ends-orbit": "궤도 진입, {0}까지 표시", "rest": "나머지는 {0} 낙하",
        "moments": "항적 {0}점, {1}마다",
        "earlier": "경보가 {0} 빨라짐", "later": "경보가 {0} 늦어짐",
        "only-then": "그 시점에만 경보를 받음", "not-then": "그 시점에는 경보를 받지 못함",
        "share": "비행 파악 {0} → {1}", "same": "달라진 것 없음",
        "warned": "발사 {0} 후 경보({1})", "spare": "낙하 {0} 전",
        "too-late": "낙하 {0} 후", "of-flight": "비행의 {0} 파악", "not-warned": "경보 없음",
        "by-itself": "자국 보고",
        "legend": "T+는 발사 후 경과 시간. 첫 경보: 발사·항적·낙하의 첫 보고. 파악: 비행 중 위치를 "
        "아는 비율. 낙하 후에 도착하면 남은 시간이 음수가 된다.",
        "follow": "수치의 근거: {0}", "bar": "막대: 첫 경보부터 낙하까지.",
        "not-shown": "발사 {0}건은 표시하지 않음.", "as-at": "{0}과 같음",
        "first-track": "첫 항적", "first-impact": "첫 낙하 예측", "came-down": "낙하",
        "since": "발사 후 경과 시간", "known-before": "낙하 전까지\n파악한 비행",
        "first-by": "첫 경로", "s": "{0}초", "min": "{0}분", "h": "{0}시간", "d": "{0}일",
    },
}  # fmt: skip


def compared_word(name: str, *values: str, language: str) -> str:
    """Return a word or a sentence about what was known, filled in."""
    return term(name, *values, language=language, tables=(_WORDS,))
