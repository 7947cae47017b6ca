"""How the report looks on a screen and on paper, A4 or letter."""

__all__ = ["STYLE"]

STYLE = """
@page { margin: 16mm 12mm 14mm; }
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 "Noto Sans", "Noto Sans CJK JP", "Noto Sans CJK KR", Arial,
  sans-serif; color: #1a1a1a; background: #fff; font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 16px; }
.band { position: sticky; top: 0; z-index: 1; background: #a50000; color: #fff; font-weight: 700;
  text-align: center; letter-spacing: .08em; padding: 6px; }
h1 { font-size: 24px; margin: 8px 0; }
h2 { font-size: 18px; margin: 28px 0 8px; border-bottom: 2px solid #1a1a1a; padding-bottom: 2px; }
h3 { font-size: 14px; margin: 16px 0 4px; }
.verdict { font-size: 18px; font-weight: 600; margin: 8px 0; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px; }
.numbers section { border: 1px solid #999; border-radius: 4px; padding: 8px 12px; }
.numbers h2 { font-size: 13px; border: 0; margin: 0; color: #444; }
.numbers ul { margin: 4px 0 0; padding: 0; list-style: none; font-size: 15px; }
.numbers b { font-size: 17px; }
.numbers p { margin: 2px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0 0 8px; }
dt { color: #555; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 4px 0 8px; font-size: 12px; }
th, td { text-align: left; vertical-align: top; padding: 3px 6px; border-bottom: 1px solid #ccc;
  overflow-wrap: break-word; }
th { border-bottom: 1.5px solid #555; vertical-align: bottom; }
#timeline td:first-child, #actions td:first-child { white-space: nowrap; }
.country td a { white-space: nowrap; }
thead { display: table-header-group; }
tr, .message, .numbers section, svg { break-inside: avoid; }
svg { width: 100%; min-width: 220px; max-width: 640px; height: auto; }
svg text { font-size: 11px; }
a { color: #00508f; }
.none { color: #666; margin: 4px 0; }
.message { border-left: 3px solid #bbb; padding-left: 8px; margin: 6px 0; font-size: 12px; }
.message p { margin: 0; overflow-wrap: anywhere; }
.message:target { border-color: #a50000; background: #fff3f3; }
.line { border-bottom: 1px solid #999; height: 24px; margin: 0; }
h2, h3 { break-after: avoid; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  /* The head of a table is printed again on every page. */
  body { display: table; width: 100%; }
  .band { display: table-header-group; break-inside: avoid; position: static;
    color: #a50000; background: none; }
  main { display: table-row-group; }
  svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  table { font-size: 8pt; } .country { break-before: page; }
  a { color: inherit; text-decoration: none; }
}
"""
