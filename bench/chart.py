"""Bars, by hand: an SVG that is read on light ground and on dark, without a library and without a script."""

from xml.sax.saxutils import escape

WIDTH, MARGIN, GAP = 960, 28, 36
LABEL_WIDTH, VALUE_WIDTH = 140, 64
ROW, BAR, TITLE = 24, 12, 46
PANEL_WIDTH = (WIDTH - 2 * MARGIN - GAP) // 2
SCALE_WIDTH = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH

# On the ground of whoever looks: what is Belfry's stands out, the others are quiet. Contrast of text is 4.5:1 or more
# (WCAG 2.2, 1.4.3) on both.
STYLE = """
  .ground { fill: #ffffff } .title { fill: #1c2128; font-weight: 600; font-size: 14px } .unit { fill: #5c6570 }
  .label, .value { fill: #3d4650 } .own { fill: #1c2128; font-weight: 600 }
  .value { font-variant-numeric: tabular-nums } .bar { fill: #b3bdc9 } .bar-own { fill: #1f6f6b }
  .spread { stroke: #5c6570; stroke-width: 1.5 } .rule { stroke: #d9dee4 }
  text { font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12px }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #14181d } .title, .own { fill: #e8ecf0 } .unit { fill: #98a3ae } .label, .value { fill: #c3cbd4 }
    .value.own, .label.own { fill: #e8ecf0 } .bar { fill: #4c5763 } .bar-own { fill: #4fb3a9 }
    .spread { stroke: #98a3ae } .rule { stroke: #2c343d }
  }
"""
OWN = "Belfry"


def _panel(x, y, title, unit, bars, number):
    lines = [f'<text class="title" x="{x}" y="{y + 14}">{escape(title)}</text>',
             f'<text class="unit" x="{x}" y="{y + 31}">{escape(unit)}</text>']
    greatest = max(high for _, _, _, high in bars)
    left, top = x + LABEL_WIDTH, y + TITLE
    lines.append(f'<line class="rule" x1="{left - 0.5}" y1="{top - 4}" x2="{left - 0.5}" '
                 f'y2="{top + len(bars) * ROW - 4}"/>')
    for place, (label, value, low, high) in enumerate(bars):
        def at(amount):
            return max(0.0, amount) / greatest * SCALE_WIDTH if greatest > 0 else 0.0
        row = top + place * ROW
        middle = row + BAR / 2
        own = label == OWN
        lines.append(f'<text class="label{" own" if own else ""}" x="{left - 8}" y="{middle + 4:.1f}" '
                     f'text-anchor="end">{escape(label)}</text>')
        lines.append(f'<rect class="{"bar-own" if own else "bar"}" x="{left}" y="{row}" '
                     f'width="{max(1.0, at(value)):.1f}" height="{BAR}" rx="2">'
                     f'<title>{escape(f"{label}: {number(value)}, {unit}")}</title></rect>')
        if at(high) - at(low) >= 1:
            lines.append(f'<line class="spread" x1="{left + at(low):.1f}" y1="{middle}" x2="{left + at(high):.1f}" '
                         f'y2="{middle}"/>')
        lines.append(f'<text class="value{" own" if own else ""}" x="{left + max(at(high), at(value)) + 8:.1f}" '
                     f'y="{middle + 4:.1f}">{number(value)}</text>')
    return lines


def drawing(panels, number):
    """`panels` are (title, unit, [(label, value, low, high)]), drawn in two columns; `number` writes a value."""
    lines, y = [], MARGIN
    for first in range(0, len(panels), 2):
        pair = panels[first:first + 2]
        for column, (title, unit, bars) in enumerate(pair):
            lines += _panel(MARGIN + column * (PANEL_WIDTH + GAP), y, title, unit, bars, number)
        y += TITLE + max(len(bars) for _, _, bars in pair) * ROW + MARGIN
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
            f'role="img" aria-label="Belfry and its peers, side by side">\n<style>{STYLE}</style>\n'
            f'<rect class="ground" width="{WIDTH}" height="{y}" rx="8"/>\n' + "\n".join(lines) + "\n</svg>\n")
