/**
 * What the feed calls things in Japanese and Korean, and the places that people know, made from
 * feed/wording and feed/model by `make golden`; do not edit.
 */
export const TERMS = {
  ja: {
    phases: { "detected": "探知", "tracked": "追尾中", "down": "落下", "lost": "失探", "passed": "落下予測時刻を経過", "in-orbit": "軌道投入", "boost": "ブースト段階", "midcourse": "中間段階", "re-entry": "再突入段階", "level": "水平飛行", "orbit": "軌道" },
    vehicles: { "srbm": "短距離弾道ミサイル", "mrbm": "準中距離弾道ミサイル", "slbm": "潜水艦発射弾道ミサイル", "irbm": "中距離弾道ミサイル", "icbm-solid": "ICBM（固体燃料）", "icbm-liquid": "ICBM（液体燃料）", "icbm": "ICBM", "hgv": "極超音速滑空体", "cruise": "巡航ミサイル", "slv": "宇宙ロケット" },
    reasons: { "threat-passed": "通過", "threat-ended": "終了", "issued-in-error": "誤報", "wrong-area": "対象地域の誤り", "superseded-data": "新しい情報による", "expired": "期限切れ" },
    kinds: { "launch": "発射", "track": "航跡", "impact": "落下", "alert": "警報", "meeting": "会談", "agreement": "合意", "incident": "事案", "statement": "発言" },
    stages: { "announced": "発表", "signed": "署名", "in-force": "発効", "suspended": "停止", "restored": "回復", "ended": "終了", "activated": "運用開始", "confirmed": "確定", "started": "開始", "held": "開催", "postponed": "延期", "cancelled": "中止", "not-held": "開催されず" },
  },
  ko: {
    phases: { "detected": "탐지", "tracked": "추적 중", "down": "낙하", "lost": "소실", "passed": "예상 낙하 시각 경과", "in-orbit": "궤도 진입", "boost": "부스트 단계", "midcourse": "중간 단계", "re-entry": "재진입 단계", "level": "수평 비행", "orbit": "궤도" },
    vehicles: { "srbm": "단거리 탄도미사일", "mrbm": "준중거리 탄도미사일", "slbm": "잠수함발사 탄도미사일", "irbm": "중거리 탄도미사일", "icbm-solid": "ICBM(고체연료)", "icbm-liquid": "ICBM(액체연료)", "icbm": "ICBM", "hgv": "극초음속 활공체", "cruise": "순항미사일", "slv": "우주발사체" },
    reasons: { "threat-passed": "위협 통과", "threat-ended": "위협 종료", "issued-in-error": "오발령", "wrong-area": "지역 오류", "superseded-data": "새 정보에 따름", "expired": "기한 만료" },
    kinds: { "launch": "발사", "track": "항적", "impact": "낙하", "alert": "경보", "meeting": "회의", "agreement": "합의", "incident": "사건", "statement": "발표" },
    stages: { "announced": "발표", "signed": "서명", "in-force": "발효", "suspended": "정지", "restored": "복원", "ended": "종료", "activated": "가동", "confirmed": "확정", "started": "시작", "held": "개최", "postponed": "연기", "cancelled": "취소", "not-held": "개최되지 않음" },
  },
} as const;

export const SPOTS = [
  { en: "Wakkanai", ja: "稚内", ko: "왓카나이", at: [141.7, 45.4] },
  { en: "Sapporo", ja: "札幌", ko: "삿포로", at: [141.4, 43.1] },
  { en: "Kushiro", ja: "釧路", ko: "구시로", at: [144.4, 43.0] },
  { en: "Okushiri", ja: "奥尻島", ko: "오쿠시리섬", at: [139.5, 42.2] },
  { en: "Aomori", ja: "青森", ko: "아오모리", at: [140.7, 40.8] },
  { en: "Akita", ja: "秋田", ko: "아키타", at: [140.1, 39.7] },
  { en: "Sendai", ja: "仙台", ko: "센다이", at: [140.9, 38.3] },
  { en: "Niigata", ja: "新潟", ko: "니가타", at: [139.0, 37.9] },
  { en: "Noto", ja: "能登", ko: "노토", at: [137.1, 37.4] },
  { en: "Tokyo", ja: "東京", ko: "도쿄", at: [139.7, 35.7] },
  { en: "Osaka", ja: "大阪", ko: "오사카", at: [135.5, 34.7] },
  { en: "Matsue", ja: "松江", ko: "마쓰에", at: [133.1, 35.5] },
  { en: "Fukuoka", ja: "福岡", ko: "후쿠오카", at: [130.4, 33.6] },
  { en: "Naha", ja: "那覇", ko: "나하", at: [127.7, 26.2] },
  { en: "Ishigaki", ja: "石垣島", ko: "이시가키섬", at: [124.2, 24.4] },
  { en: "Chichijima", ja: "父島", ko: "지치지마섬", at: [142.2, 27.1] },
  { en: "Seoul", ja: "ソウル", ko: "서울", at: [127.0, 37.6] },
  { en: "Busan", ja: "釜山", ko: "부산", at: [129.1, 35.2] },
  { en: "Jeju", ja: "済州島", ko: "제주도", at: [126.5, 33.4] },
  { en: "Ulleungdo", ja: "鬱陵島", ko: "울릉도", at: [130.9, 37.5] },
  { en: "Baengnyeongdo", ja: "白翎島", ko: "백령도", at: [124.7, 37.9] },
  { en: "Pyongyang", ja: "平壌", ko: "평양", at: [125.8, 39.0] },
  { en: "Wonsan", ja: "元山", ko: "원산", at: [127.4, 39.2] },
  { en: "Hamhung", ja: "咸興", ko: "함흥", at: [127.5, 39.9] },
  { en: "Vladivostok", ja: "ウラジオストク", ko: "블라디보스토크", at: [131.9, 43.1] },
  { en: "Shanghai", ja: "上海", ko: "상하이", at: [121.5, 31.2] },
  { en: "Manila", ja: "マニラ", ko: "마닐라", at: [121.0, 14.6] },
  { en: "Guam", ja: "グアム", ko: "괌", at: [144.8, 13.4] },
  { en: "Wake Island", ja: "ウェーク島", ko: "웨이크섬", at: [166.6, 19.3] },
  { en: "Midway", ja: "ミッドウェー", ko: "미드웨이", at: [-177.4, 28.2] },
  { en: "Honolulu", ja: "ホノルル", ko: "호놀룰루", at: [-157.9, 21.3] },
  { en: "Anchorage", ja: "アンカレジ", ko: "앵커리지", at: [-149.9, 61.2] },
  { en: "Los Angeles", ja: "ロサンゼルス", ko: "로스앤젤레스", at: [-118.2, 34.1] },
] as const;
