"""Looks of all pages: one style for screen and paper, colours for any colour vision."""

LINE_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito 2008, https://jfly.uni-koeln.de/color/, in an order that reads well on white."""

DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""Ways to dash a line, so that lines can be distinguished without colour."""

INK, SOFT, RULE = "#1a1a1a", "#595959", "#c9c9c9"
"""Colours of text, of lesser text, of thin lines."""

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #1a1a1a;
  background: #fff; max-width: 900px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 34px 0 10px; padding-bottom: 4px; border-bottom: 1px solid #c9c9c9; }
h3 { font-size: 14px; margin: 0 0 4px; }
p { margin: 6px 0; }
.lead { color: #595959; }
.alarm { border-left: 5px solid #D55E00; background: #fdf1e8; padding: 8px 14px; margin: 14px 0; }
.well { border-left: 5px solid #009E73; background: #ebf6f2; padding: 8px 14px; margin: 14px 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 5px 8px; border-bottom: 1px solid #e4e4e4; font-weight: normal;
  vertical-align: middle; white-space: nowrap; }
thead th { color: #595959; font-size: 13px; border-bottom: 1px solid #c9c9c9; }
tbody th, thead th:first-child { text-align: left; white-space: normal; }
td small { color: #595959; display: block; line-height: 1.2; }
td.absent { text-align: center; color: #595959; font-style: italic; }
.wide { overflow-x: auto; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr));
  gap: 22px 26px; }
.plots figure, .errors figure { margin: 0; break-inside: avoid; }
svg { display: block; max-width: 100%; height: auto; }
figcaption { color: #595959; font-size: 13px; line-height: 1.4; margin-top: 4px; }
.key { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 13px; }
.key span { display: inline-flex; align-items: center; gap: 5px; }
.errors { display: flex; flex-wrap: wrap; gap: 14px 12px; }
.errors figure { width: min-content; min-width: 150px; max-width: 100%; overflow-wrap: anywhere; }
.errors img { display: block; height: 84px; image-rendering: pixelated; border: 1px solid #c9c9c9; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 0; }
dt { color: #595959; }
dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  .errors img { height: 60px; }
  .errors { gap: 8px; }
  .errors figure { min-width: 120px; }
  body { font-size: 11px; max-width: none; padding: 0;
    print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { margin-top: 18px; break-after: avoid; }
  tr, .alarm, .well { break-inside: avoid; }
  .plots { grid-template-columns: 1fr 1fr; gap: 12px; }
}
@page { margin: 14mm; }
"""
