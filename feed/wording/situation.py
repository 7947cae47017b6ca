"""What a situation is called in the languages of the feed: phases, freshness, how, and labels."""

from feed.core.public_situation import AlertNow
from feed.core.situation import Knows, LaunchNow
from feed.model.kind import Terms
from feed.model.launch import Vehicle
from feed.model.message import OWN, PUBLIC
from feed.wording.terms import COMMON, term
from feed.wording.text import clean, said

__all__ = [
    "alert_state",
    "alert_words",
    "how",
    "left",
    "phase",
    "reason_words",
    "vehicle",
    "vehicle_words",
    "word",
    "words_of_span",
]

_WORDS: Terms = {
    "en": {
        "own": "own", "public": "public", "fresh": "fresh", "stale": "stale", "late": "late",
        "phase-detected": "detected", "phase-tracked": "tracked", "phase-down": "down",
        "phase-lost": "lost", "phase-passed": "predicted impact has passed",
        "phase-in-orbit": "in orbit", "boost": "boost", "midcourse": "midcourse",
        "re-entry": "re-entry", "level": "level flight", "orbit": "orbit",
        "srbm": "SRBM", "mrbm": "MRBM", "slbm": "SLBM", "irbm": "IRBM",
        "icbm-solid": "ICBM, solid", "icbm-liquid": "ICBM, liquid", "icbm": "ICBM",
        "hgv": "Glide vehicle", "cruise": "Cruise missile", "slv": "Space launcher",
        "object": "Object", "launch-of": "{0} from {1}", "unknown-site": "a place not announced",
        "up": "{0} km up", "measured": "{0} ago by {1}",
        "impact-in": "impact in {0}", "impact-ago": "predicted impact {0} ago",
        "came-down": "came down {0}", "no-impact": "impact not predicted yet",
        "leaves-none": "no impact is expected", "by": "by {0}",
        "knows": "since {0}", "knows-not": "does not know yet", "comes": "{0}’s word due {1}",
        "without": "not {0}’s", "has-launch": "launch", "has-track": "track",
        "has-impact": "impact",
        "nothing": "Nothing is in the air.", "no-alert": "No alert is on.",
        "on-for": "on since {0}, {1}", "over-in": "over in {0}", "on-in": "on in {0}",
        "because": "because {0}", "over-cancel": "withdrawn {0}", "over-all-clear": "over {0}",
        "over-expired": "expired {0}", "stood": "had stood {0}",
        "next": "Next", "in": "in {0}", "nothing-next": "nothing more is planned",
        "positions-next": "for now nothing but further positions",
        "jump": "n goes there", "alerts": "Alerts", "earlier": "Earlier",
        "heard": "{0} heard at {1}", "late-word": "{0} had a late word",
        "feed": "Feed", "sent": "sent {0}", "received": "received {0}", "missing": "missing {0}",
        "twice": "twice {0}", "late-by": "late {0} ms (most {1})", "skipped": "skipped {0}",
        "reminder": "staff {0}",
        "faults": "faults on purpose: {0}",
        "restarts": "broker restarts {0}", "behind": "behind {0}", "away": "not connected {0}",
        "working": "still reckoning: the situation of {0}", "more": "{0} more",
        "of": "of {0}", "wall": "wall {0}", "in-force": "in force: {0}", "meeting": "meeting: {0}",
        "nothing-yet": "nothing yet",
        "pause": "pause", "rate": "rate", "step": "step", "next-event": "next event", "end": "end",
        "arrangements-of": "by the arrangements of {0}: ", "connect": "connect",
        "browser": "browser: {0}",
    },
    "ja": {
        "own": "自国", "public": "公表", "fresh": "最新", "stale": "古い", "late": "遅れて到着",
        "phase-detected": "探知", "phase-tracked": "追尾中", "phase-down": "落下",
        "phase-lost": "失探", "phase-passed": "落下予測時刻を経過", "phase-in-orbit": "軌道投入",
        "boost": "ブースト段階", "midcourse": "中間段階", "re-entry": "再突入段階",
        "level": "水平飛行", "orbit": "軌道",
        "srbm": "短距離弾道ミサイル", "mrbm": "準中距離弾道ミサイル",
        "slbm": "潜水艦発射弾道ミサイル", "irbm": "中距離弾道ミサイル",
        "icbm-solid": "ICBM（固体燃料）", "icbm-liquid": "ICBM（液体燃料）", "icbm": "ICBM",
        "hgv": "極超音速滑空体", "cruise": "巡航ミサイル", "slv": "宇宙ロケット",
        "object": "物体", "launch-of": "{0} {1}から", "unknown-site": "発射地点は未発表",
        "up": "高度{0} km", "measured": "{1}が{0}前に観測",
        "impact-in": "落下予測まで {0}", "impact-ago": "落下予測時刻から {0}",
        "came-down": "{0} 落下", "no-impact": "落下予測はまだありません",
        "leaves-none": "落下は予測されません", "by": "{0}による",
        "knows": "{0}から把握", "knows-not": "まだ把握していない", "comes": "{0}は{1}に届く",
        "without": "{0}の報告なし", "has-launch": "発射", "has-track": "航跡",
        "has-impact": "落下予測",
        "nothing": "飛翔中のものはありません。", "no-alert": "発令中の警報はありません。",
        "on-for": "{0}から発令中、{1}", "over-in": "{0}は解除", "on-in": "{0}に発令中",
        "because": "理由: {0}", "over-cancel": "{0} 取消", "over-all-clear": "{0} 解除",
        "over-expired": "{0} 期限切れ", "stood": "{0}継続",
        "next": "次", "in": "{0}後", "nothing-next": "この後の予定はありません",
        "positions-next": "当面は位置の更新のみ",
        "jump": "n で移動", "alerts": "警報", "earlier": "以前", "heard": "{0}は{1}に受信",
        "late-word": "{0}に遅れた報告",
        "feed": "配信", "sent": "送信 {0}", "received": "受信 {0}", "missing": "欠落 {0}",
        "twice": "重複 {0}", "late-by": "遅れ {0} ms（最大 {1}）", "skipped": "省略 {0}",
        "reminder": "統制班 {0}",
        "faults": "意図的な障害：{0}",
        "restarts": "ブローカー再起動 {0}", "behind": "未着 {0}", "away": "未接続 {0}",
        "working": "計算中: {0}の状況", "more": "他{0}件",
        "of": "/ {0}", "wall": "現在 {0}", "in-force": "発効中: {0}", "meeting": "会談: {0}",
        "nothing-yet": "まだ何もありません",
        "pause": "一時停止", "rate": "速度", "step": "一件",
        "next-event": "次の事象", "end": "終了",
        "arrangements-of": "{0}時点の取決めによる: ", "connect": "接続先",
        "browser": "ブラウザ: {0}",
        "loaded": "準備完了", "playing": "再生中", "paused": "一時停止", "ended": "終了",
        "connecting": "接続中", "waiting for receivers": "受信側を待機中",
        "settling": "受信確認中", "looking for the place": "位置を検索中",
        "lingering": "待機中", "interrupted": "中断",
        "the broker is away": "ブローカー不在",
    },
    "ko": {
        "own": "자국", "public": "공개", "fresh": "최신", "stale": "오래됨", "late": "늦게 도착",
        "phase-detected": "탐지", "phase-tracked": "추적 중", "phase-down": "낙하",
        "phase-lost": "소실", "phase-passed": "예상 낙하 시각 경과", "phase-in-orbit": "궤도 진입",
        "boost": "부스트 단계", "midcourse": "중간 단계", "re-entry": "재진입 단계",
        "level": "수평 비행", "orbit": "궤도",
        "srbm": "단거리 탄도미사일", "mrbm": "준중거리 탄도미사일",
        "slbm": "잠수함발사 탄도미사일", "irbm": "중거리 탄도미사일",
        "icbm-solid": "ICBM(고체연료)", "icbm-liquid": "ICBM(액체연료)", "icbm": "ICBM",
        "hgv": "극초음속 활공체", "cruise": "순항미사일", "slv": "우주발사체",
        "object": "물체", "launch-of": "{0}, {1}에서", "unknown-site": "발표되지 않은 장소",
        "up": "고도 {0} km", "measured": "{1} {0} 전 측정",
        "impact-in": "예상 낙하까지 {0}", "impact-ago": "예상 낙하 시각 이후 {0}",
        "came-down": "{0} 낙하", "no-impact": "낙하 예측 아직 없음",
        "leaves-none": "낙하가 예상되지 않음", "by": "{0} 제공",
        "knows": "{0}부터 파악", "knows-not": "아직 모름", "comes": "{0} 보고는 {1} 도착",
        "without": "{0}의 보고 없음", "has-launch": "발사", "has-track": "항적",
        "has-impact": "낙하 예측",
        "nothing": "비행 중인 물체가 없습니다.", "no-alert": "발령 중인 경보가 없습니다.",
        "on-for": "{0}부터 발령 중, {1}", "over-in": "{0} 해제", "on-in": "{0}에 발령 중",
        "because": "이유: {0}", "over-cancel": "{0} 취소", "over-all-clear": "{0} 해제",
        "over-expired": "{0} 기한 만료", "stood": "{0} 지속",
        "next": "다음", "in": "{0} 후", "nothing-next": "더 예정된 것이 없습니다",
        "positions-next": "당분간 위치 갱신만 있음",
        "jump": "n 키로 이동", "alerts": "경보", "earlier": "이전", "heard": "{0} {1} 수신",
        "late-word": "{0}에 늦은 보고",
        "feed": "전달", "sent": "송신 {0}", "received": "수신 {0}", "missing": "누락 {0}",
        "twice": "중복 {0}", "late-by": "지연 {0} ms(최대 {1})", "skipped": "생략 {0}",
        "reminder": "통제반 {0}",
        "faults": "고의 장애: {0}",
        "restarts": "브로커 재시작 {0}", "behind": "미도착 {0}", "away": "연결 안 됨 {0}",
        "working": "계산 중: {0}의 상황", "more": "외 {0}건",
        "of": "/ {0}", "wall": "현재 {0}", "in-force": "발효 중: {0}", "meeting": "회담: {0}",
        "nothing-yet": "아직 없음",
        "pause": "일시 정지", "rate": "속도", "step": "한 건", "next-event": "다음 사건",
        "end": "끝내기",
        "arrangements-of": "{0} 기준 약정에 따름: ", "connect": "연결 주소",
        "browser": "브라우저: {0}",
        "loaded": "준비됨", "playing": "재생 중", "paused": "일시 정지", "ended": "종료",
        "connecting": "연결 중", "waiting for receivers": "수신자 대기 중",
        "settling": "수신 확인 중", "looking for the place": "위치 찾는 중",
        "lingering": "대기 중", "interrupted": "중단됨",
        "the broker is away": "브로커 없음",
    },
}  # fmt: skip
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_REASONS: Terms = {
    "en": {
        "threat-passed": "the threat has passed", "threat-ended": "the threat has ended",
        "issued-in-error": "it was issued in error", "wrong-area": "the area was wrong",
        "superseded-data": "newer data say otherwise", "expired": "its time was over",
    },
}  # fmt: skip


def word(name: str, *values: str, language: str) -> str:
    """Return a label of the situation, filled in."""
    return term(name, *values, language=language, tables=(_WORDS,))


def words_of_span(seconds: float) -> str:
    """Return how long something is, to the second: ``45:12``, ``2:05:11`` or ``1d 2:05:11``."""
    whole = max(0, int(abs(seconds)))
    days, rest = divmod(whole, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    if days:
        return f"{days}d {hours}:{minutes:02}:{rest:02}"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def vehicle_words(launched: Vehicle, language: str) -> str:
    """Return what was launched: by its name, or by its class where that is known in a language."""
    named = word(launched.class_, language=language)
    return clean((language == "en" and launched.name) or named)


def vehicle(launch: LaunchNow, language: str) -> str:
    """Return what is in the air, and from where."""
    what = word(launch.vehicle or "object", language=language)
    site = (
        said(launch.site_names, language)
        or clean(launch.site)
        or word("unknown-site", language=language)
    )
    return word("launch-of", clean(what), site, language=language)


def phase(launch: LaunchNow, language: str) -> str:
    """Return how far an object is: its phase, that of its flight, and its height."""
    parts = [word(f"phase-{launch.phase}", language=language)]
    position = launch.position
    if position is not None and launch.phase in {"detected", "tracked"}:
        if position.phase:
            parts.append(clean(word(position.phase, language=language)))
        if position.altitude_m is not None:
            height = position.altitude_m / 1000
            shown = f"{height:,.0f}" if height >= 10 else f"{height:.1f}"  # noqa: PLR2004 - km
            parts.append(word("up", shown, language=language))
    return ", ".join(parts)


def left(launch: LaunchNow, language: str, clock: str = "") -> str:
    """Return how long is left to the impact of an object, or how long ago it was."""
    impact = launch.impact
    if impact is None:
        none = "leaves-none" if launch.phase == "in-orbit" else "no-impact"
        return word(none, language=language)
    if impact.state == "observed":
        return word("came-down", clock, language=language).strip()
    span = words_of_span(impact.left_s)
    return word("impact-in" if impact.left_s >= 0 else "impact-ago", span, language=language)


def how(knows: Knows, language: str) -> str:
    """Return by which way a country knows: its own, public, or the countries on the path."""
    if knows.arrangement in {OWN, PUBLIC}:
        return word(knows.arrangement, language=language)
    return clean("›".join(knows.path) or knows.arrangement)


def alert_words(alert: AlertNow, language: str) -> str:
    """Return what an alert tells people."""
    return said(alert.headline, language) or said(alert.text, language)


def reason_words(reason: str, language: str) -> str:
    """Return why something was changed, in words."""
    return term(clean(reason), language=language, tables=(_REASONS, COMMON))


def alert_state(alert: AlertNow, language: str, since: str, over: str) -> str:
    """Return whether an alert is on, where, since when; or how it ended, and why."""
    stood = words_of_span(alert.stood_s)
    parts = []
    if alert.over_by:
        parts.append(word(f"over-{alert.over_by}", over, language=language))
    else:
        parts.append(word("on-for", since, stood, language=language))
        if alert.over_in:
            parts.append(word("on-in", ", ".join(map(clean, alert.on_in)), language=language))
            parts.append(word("over-in", ", ".join(map(clean, alert.over_in)), language=language))
    if alert.reason:
        why = reason_words(alert.reason, language)
        parts.append(word("because", why, language=language))
    if alert.over_by:
        parts.append(word("stood", stood, language=language))
    return ", ".join(parts)
