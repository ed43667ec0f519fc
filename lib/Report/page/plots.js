// plots.js - Strategies over processors, and what a period costs.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A point is a row of layerpipe compare or a schedule of this page.

'use strict';

const MARKS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'wedge'];
/** Of the lines of several files, which share the colours of their strategies. */
const DASHES = ['', '7 4', '2 3', '9 3 2 3'];
/** Margins of a plot, and its largest and smallest width. */
const PLOT = {left: 72, right: 20, top: 16, bottom: 48, most: 640, least: 300};

/** `best` says which value of several is the better one. */
const MEASURES = {
  speedup: {best: 'most', name: 'speedup over one processor', format: (v) => formatNumber(v, 3)},
  vs_pipedream: {best: 'most', name: 'speed relative to pipedream', format: (v) => formatNumber(v, 4)},
  utilization: {best: 'most', name: 'utilization', format: (v) => formatNumber(100 * v, 4) + ' %'},
  gap: {best: 'least', name: 'gap to the lower bound', format: (v) => formatNumber(100 * v, 3) + ' %'},
  max_staleness: {best: 'least', name: 'largest staleness', format: (v) => formatNumber(v), whole: true},
  stash_bytes: {best: 'least', name: 'stash', format: formatBytes, bytes: true},
  communication_bytes: {best: 'least', name: 'bytes sent per iteration', format: formatBytes, bytes: true},
  peak_memory_bytes: {best: 'least', name: 'peak memory of a processor', format: formatBytes, bytes: true},
};

function drawMark(parent, mark, x, y, size, attributes) {
  const s = size;
  const shapes = {
    circle: `M${x - s} ${y}a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0z`,
    square: `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}z`,
    triangle: `M${x} ${y - s * 1.2}L${x + s * 1.15} ${y + s * 0.9}H${x - s * 1.15}z`,
    diamond: `M${x} ${y - s * 1.3}L${x + s * 1.3} ${y}L${x} ${y + s * 1.3}L${x - s * 1.3} ${y}z`,
    cross: `M${x - s} ${y - s * 0.4}h${s * 0.6}v${-s * 0.6}h${s * 0.8}v${s * 0.6}h${s * 0.6}v${s * 0.8}h${-s * 0.6}v${s * 0.6}h${-s * 0.8}v${-s * 0.6}h${-s * 0.6}z`,
    wedge: `M${x} ${y + s * 1.2}L${x + s * 1.15} ${y - s * 0.9}H${x - s * 1.15}z`,
  };
  return svgNode(parent, 'path', {d: shapes[mark], ...attributes});
}

/** The scale of one axis: from a nice number below the values to one above. */
function axisOf(values, fromZero, perUnit, whole) {
  let low = fromZero ? 0 : Math.min(...values), high = Math.max(...values);
  if (!fromZero) {
    const margin = (high - low || Math.abs(high) || 1) * 0.08;
    low = Math.max(0, low - margin);
    high += margin;
  } else {
    high = high > 0 ? high * 1.06 : 1;
  }
  const step = niceStep((high - low) / perUnit, 5) * perUnit;
  const ticks = ticksOf(low, high, 5, perUnit)
    .filter((tick) => !whole || Number.isInteger(tick));
  return {low, high: Math.max(high, low + step), ticks, perUnit};
}

class Plot {
  constructor(figure) {
    this.svg = figure.querySelector('svg.chart');
    this.width = Math.min(Math.max(figure.clientWidth, PLOT.least), PLOT.most);
    this.height = Math.min(340, Math.round(0.75 * this.width));
    this.svg.setAttribute('viewBox', `0 0 ${this.width} ${this.height}`);
    this.svg.style.maxWidth = this.width + 'px';
    this.svg.replaceChildren();
  }

  setAxes(x, y) {
    this.xAxis = x;
    this.yAxis = y;
    const {width, height} = this, {left, right, top, bottom} = PLOT;
    this.x = (v) => left + (v - x.low) / (x.high - x.low) * (width - left - right);
    this.y = (v) => height - bottom - (v - y.low) / (y.high - y.low) * (height - top - bottom);
  }

  drawAxes(xName, yName, xText, yText) {
    const {svg, width, height} = this, {left, right, top, bottom} = PLOT;
    for (const tick of this.yAxis.ticks) {
      svgNode(svg, 'line', {'class': 'grid', x1: left, x2: width - right, y1: this.y(tick), y2: this.y(tick)});
      svgNode(svg, 'text', {'class': 'tick end', x: left - 8, y: this.y(tick) + 4}, yText(tick));
    }
    for (const tick of this.xAxis.ticks) {
      svgNode(svg, 'line', {'class': 'axis', x1: this.x(tick), x2: this.x(tick), y1: height - bottom, y2: height - bottom + 5});
      svgNode(svg, 'text', {'class': 'tick', x: this.x(tick), y: height - bottom + 19}, xText(tick));
    }
    svgNode(svg, 'line', {'class': 'axis', x1: left, x2: width - right, y1: height - bottom, y2: height - bottom});
    svgNode(svg, 'text', {'class': 'axis-name', x: (left + width - right) / 2, y: height - 8}, xName);
    const middle = (top + height - bottom) / 2;
    svgNode(svg, 'text', {'class': 'axis-name', x: 14, y: middle, transform: `rotate(-90 14 ${middle})`}, yName);
  }

  mark(point, series, x, y, extra) {
    const path = drawMark(this.svg, MARKS[series.style % MARKS.length], this.x(x), this.y(y),
      5, {'class': `mark ${classOfSeries(series)} ${extra || ''}`,
        'data-strategy': point.strategy, 'data-processors': point.processors});
    path.addEventListener('pointermove', (event) =>
      tooltip.show(event, `${point.strategy}, ${point.processors} processors`, describePoint(point)));
    path.addEventListener('pointerleave', () => tooltip.hide());
    if (point.section) {
      path.classList.add('link');
      path.addEventListener('click', () => { location.hash = point.section; });
    }
  }

  empty(text) {
    svgNode(this.svg, 'text', {'class': 'axis-name', x: this.width / 2, y: this.height / 2}, text);
  }
}

function describePoint(point) {
  const lines = [['from', point.source]];
  if (point.period !== null) lines.push(['period', formatTime(point.period, point.unit)]);
  for (const key in MEASURES)
    if (typeof point[key] === 'number') lines.push([MEASURES[key].name, MEASURES[key].format(point[key])]);
  if (point.pareto) lines.push(['', 'marked as not dominated']);
  return lines;
}

/** The colour of its strategy; hollow marks where files differ. */
function classOfSeries(series) {
  return `series-${series.style}${series.dash % 2 ? ' hollow' : ''}`;
}

/** Points of one name are a series; in the order of their strategies' colours,
 * so that the order of files makes no difference. */
function seriesOf(points) {
  const names = new Map();
  for (const point of points) {
    const {series: name, style, dash} = point;
    if (!names.has(name)) names.set(name, {name, style, dash, points: []});
    names.get(name).points.push(point);
  }
  return new Map([...names].sort(([, a], [, b]) =>
    a.style - b.style || (a.name < b.name ? -1 : Number(a.name > b.name))));
}

/** The best point of each number of processors, by that number. */
function bestOfEach(points, key) {
  const sign = MEASURES[key].best === 'most' ? -1 : 1;
  const best = new Map();
  for (const point of points) {
    if (typeof point[key] !== 'number') continue;
    const known = best.get(point.processors);
    if (!known || sign * point[key] < sign * known[key]) best.set(point.processors, point);
  }
  return [...best.values()].sort((a, b) => a.processors - b.processors);
}

function drawLine(parent, series, path) {
  return svgNode(parent, 'path', {'class': 'line ' + classOfSeries(series), d: path,
    'stroke-dasharray': DASHES[series.dash % DASHES.length]});
}

function drawSeriesLegend(parent, series) {
  parent.replaceChildren();
  for (const one of series.values()) {
    const entry = htmlNode(parent, 'span', 'entry');
    const icon = svgNode(entry, 'svg', {width: 28, height: 14, viewBox: '-14 -7 28 14'});
    drawLine(icon, one, 'M-14 0H14');
    drawMark(icon, MARKS[one.style % MARKS.length], 0, 0, 4.5, {'class': `mark ${classOfSeries(one)}`});
    entry.append(one.name);
  }
}

/** A measure of every strategy over the number of processors. */
function drawOverProcessors(figure, points, series) {
  const key = figure.querySelector('select').value;
  const measure = MEASURES[key];
  const plot = new Plot(figure);
  const shown = points.filter((point) => typeof point[key] === 'number');
  if (shown.length === 0) return plot.empty('no row has this figure');
  const values = shown.map((point) => point[key]);
  const perUnit = measure.bytes ? bytesScale(Math.max(...values)).perUnit : 1;
  const counts = [...new Set(shown.map((point) => point.processors))].sort((a, b) => a - b);
  const x = axisOf(counts, false, 1, true);
  if (counts.length <= 12) x.ticks = counts;
  plot.setAxes(x, axisOf(values, key !== 'vs_pipedream', perUnit, measure.whole));
  plot.drawAxes('processors', measure.name, formatNumber, measure.format);
  for (const one of series.values()) {
    const best = bestOfEach(one.points, key);
    const path = best.map((point, i) => `${i ? 'L' : 'M'}${plot.x(point.processors)} ${plot.y(point[key])}`).join('');
    if (path)
      drawLine(plot.svg, one, path).dataset.best = best.map((point) =>
        `${point.processors}:${point[key]}`).join(' ');
    for (const point of one.points)
      if (typeof point[key] === 'number')
        plot.mark(point, one, point.processors, point[key], best.includes(point) ? '' : 'beaten');
  }
}

/** The points of which no other is as good in both and better in one: from the
 * shortest period on, those that are cheaper than all before. */
function nondominated(points, key) {
  const front = [];
  for (const point of [...points].sort((a, b) => a.period - b.period || a[key] - b[key])) {
    const last = front[front.length - 1];
    const equal = last && point.period === last.period && point[key] === last[key];
    if (!last || point[key] < last[key] || equal) front.push(point);
  }
  return front;
}

/** Period against a price; what no other point beats in both is marked. */
function drawPareto(figure, points, series) {
  const key = figure.querySelector('[data-measure]').value;
  const processors = figure.querySelector('[data-filter]').value;
  const measure = MEASURES[key];
  const plot = new Plot(figure);
  const fitting = points.filter((point) => point.period !== null && typeof point[key] === 'number' &&
    (processors === '' || point.processors === Number(processors)));
  const shown = fitting.filter((point) => point.unit === fitting[0].unit);
  const note = figure.querySelector('.drawn');
  note.textContent = shown.length < fitting.length
    ? `${fitting.length - shown.length} points in other units of time than ${fitting[0].unit} are left out.` : '';
  if (shown.length === 0) return plot.empty('no row has this figure');
  const unit = shown[0].unit;
  const periods = shown.map((point) => point.period), prices = shown.map((point) => point[key]);
  const time = timeScale(Math.max(...periods), unit);
  const perUnit = measure.bytes ? bytesScale(Math.max(...prices)).perUnit : 1;
  plot.setAxes(axisOf(prices, true, perUnit, measure.whole), axisOf(periods, true, time.perUnit));
  plot.drawAxes(measure.name, `period, ${time.unit}`, measure.format,
    (v) => formatNumber(v / time.perUnit));
  const best = nondominated(shown, key).sort((a, b) => a[key] - b[key] || a.period - b.period);
  drawFront(plot, best, key);
  for (const point of shown)
    plot.mark(point, series.get(point.series), point[key], point.period, best.includes(point) ? 'best' : '');
  labelPoints(plot, best, key);
}

/** The stairs below and left of which there is nothing. */
function drawFront(plot, best, key) {
  if (best.length === 0) return;
  let path = `M${plot.x(best[0][key])} ${PLOT.top}`;
  for (const point of best) path += `H${plot.x(point[key])}V${plot.y(point.period)}`;
  svgNode(plot.svg, 'path', {'class': 'front', d: path + `H${plot.width - PLOT.right}`});
}

/** The number of processors beside each marked point, unless it would overlap. */
function labelPoints(plot, best, key) {
  const placed = [];
  for (const point of best) {
    const x = plot.x(point[key]) + 9, y = plot.y(point.period) - 8;
    if (placed.some((other) => Math.abs(other.x - x) < 44 && Math.abs(other.y - y) < 13)) continue;
    placed.push({x, y});
    svgNode(plot.svg, 'text', {'class': 'point-label', x, y}, `P = ${point.processors}`);
  }
}

function setUpPlots(points) {
  const draw = {processors: drawOverProcessors, pareto: drawPareto};
  for (const figure of document.querySelectorAll('figure.plot')) {
    const own = figure.dataset.plot === 'processors' ? points.filter((point) => !point.section) : points;
    const filter = figure.querySelector('[data-filter]');
    if (filter)
      for (const count of [...new Set(points.map((point) => point.processors))].sort((a, b) => a - b))
        filter.add(new Option(`P = ${count}`, count));
    const series = seriesOf(own);
    drawSeriesLegend(figure.querySelector('.legend'), series);
    const redraw = () => draw[figure.dataset.plot](figure, own, series);
    for (const select of figure.querySelectorAll('select')) select.addEventListener('change', redraw);
    window.addEventListener('resize', redraw);
    redraw();
  }
}
