/**
 * Where a point is, in words: so many kilometres in a direction from a place that people know.
 * The places are towns and islands at whole tenths of a degree, enough for such words.
 */
import type { Place } from './read';

export interface Spot {
  readonly en: string;
  readonly ja: string;
  readonly ko: string;
  readonly at: Place;
}

const spot = (en: string, ja: string, ko: string, lat: number, lon: number): Spot => ({
  en, ja, ko, at: [lon, lat],
});

export const SPOTS: readonly Spot[] = [
  spot('Wakkanai', '稚内', '왓카나이', 45.4, 141.7),
  spot('Sapporo', '札幌', '삿포로', 43.1, 141.4),
  spot('Kushiro', '釧路', '구시로', 43.0, 144.4),
  spot('Okushiri', '奥尻島', '오쿠시리섬', 42.2, 139.5),
  spot('Aomori', '青森', '아오모리', 40.8, 140.7),
  spot('Akita', '秋田', '아키타', 39.7, 140.1),
  spot('Sendai', '仙台', '센다이', 38.3, 140.9),
  spot('Niigata', '新潟', '니가타', 37.9, 139.0),
  spot('Noto', '能登', '노토', 37.4, 137.1),
  spot('Tokyo', '東京', '도쿄', 35.7, 139.7),
  spot('Osaka', '大阪', '오사카', 34.7, 135.5),
  spot('Matsue', '松江', '마쓰에', 35.5, 133.1),
  spot('Fukuoka', '福岡', '후쿠오카', 33.6, 130.4),
  spot('Naha', '那覇', '나하', 26.2, 127.7),
  spot('Ishigaki', '石垣島', '이시가키섬', 24.4, 124.2),
  spot('Chichijima', '父島', '지치지마섬', 27.1, 142.2),
  spot('Seoul', 'ソウル', '서울', 37.6, 127.0),
  spot('Busan', '釜山', '부산', 35.2, 129.1),
  spot('Jeju', '済州島', '제주도', 33.4, 126.5),
  spot('Ulleungdo', '鬱陵島', '울릉도', 37.5, 130.9),
  spot('Baengnyeongdo', '白翎島', '백령도', 37.9, 124.7),
  spot('Pyongyang', '平壌', '평양', 39.0, 125.8),
  spot('Wonsan', '元山', '원산', 39.2, 127.4),
  spot('Hamhung', '咸興', '함흥', 39.9, 127.5),
  spot('Vladivostok', 'ウラジオストク', '블라디보스토크', 43.1, 131.9),
  spot('Shanghai', '上海', '상하이', 31.2, 121.5),
  spot('Manila', 'マニラ', '마닐라', 14.6, 121.0),
  spot('Guam', 'グアム', '괌', 13.4, 144.8),
  spot('Wake Island', 'ウェーク島', '웨이크섬', 19.3, 166.6),
  spot('Midway', 'ミッドウェー', '미드웨이', 28.2, -177.4),
  spot('Honolulu', 'ホノルル', '호놀룰루', 21.3, -157.9),
  spot('Anchorage', 'アンカレジ', '앵커리지', 61.2, -149.9),
  spot('Los Angeles', 'ロサンゼルス', '로스앤젤레스', 34.1, -118.2),
];

export interface Bearing {
  readonly spot: Spot;
  readonly km: number;
  /** 0 north, 1 north-east … 7 north-west */
  readonly direction: number;
}

const RADIUS_KM = 6371;
const RADIANS = Math.PI / 180;

export function distanceKm([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const half = (value: number): number => Math.sin((value * RADIANS) / 2) ** 2;
  const chord =
    half(lat2 - lat1) + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * half(lon2 - lon1);
  return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export function bearingDeg([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const turn = (lon2 - lon1) * RADIANS;
  const [from, to] = [lat1 * RADIANS, lat2 * RADIANS];
  const east = Math.sin(turn) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn);
  return ((Math.atan2(east, north) / RADIANS) + 360) % 360;
}

/** The point at a distance and bearing from another. */
export function reached([lon, lat]: Place, km: number, bearing: number): Place {
  const way = km / RADIUS_KM;
  const [from, course] = [lat * RADIANS, bearing * RADIANS];
  const to = Math.asin(
    Math.sin(from) * Math.cos(way) + Math.cos(from) * Math.sin(way) * Math.cos(course),
  );
  const turn = Math.atan2(
    Math.sin(course) * Math.sin(way) * Math.cos(from),
    Math.cos(way) - Math.sin(from) * Math.sin(to),
  );
  return [lon + turn / RADIANS, to / RADIANS];
}

/** The place that people know that is nearest to a point, and how the point lies from it. */
export function nearest(at: Place): Bearing {
  const [found, km] = SPOTS.map((each): [Spot, number] => [each, distanceKm(each.at, at)]).reduce(
    (best, each) => (each[1] < best[1] ? each : best),
  );
  return { spot: found, km, direction: Math.round(bearingDeg(found.at, at) / 45) % 8 };
}
