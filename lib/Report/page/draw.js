// draw.js - A part of a timeline as SVG.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task's first bar begins at `begin` and is of iteration `first`; the bars of
// the next iterations follow a period later each, `count` in all. A task that
// wraps around the end of its period is one bar across the line between two
// periods.
//
// A view says which part is drawn, and where: the SVG, the times `begin` and
// `end`, the rows from `firstRow` to `lastRow`, the last one excluded, the
// width of the plot, that of the labels beside it (`gutter`) and the height of
// a bar. The screen has one view of a timeline, paper as many as it takes.

'use strict';

/** With more bars in view, neighbours that are narrow become one block. */
const MAX_BARS = 6000;
/** A task without duration is a line of this width, or thinner where a period is
 * short: such lines must not look like work. */
const TICK_WIDTH = 2;
const TICKS_PER_PERIOD = 120;
/** Widths of a letter in a bar, as wide system fonts have them. */
const CHARACTER = 7.4;
const SMALL_CHARACTER = 6.2;
/** Between the rows; the period's numbers above, the axis below. */
const HEADER = 30;
const FOOTER = 30;
/** Right of the plot. */
const RIGHT = 14;
/** Less room for labels makes them short. */
const SHORT_GUTTER = 80;

/** The height that so many rows take. */
function heightOf(rows, barHeight) {
  return HEADER + rows * pitchOf(barHeight) + FOOTER;
}

function pitchOf(barHeight) {
  return barHeight + (barHeight > 20 ? 7 : 4);
}

/** Completes the view with its scales, draws it, and returns how many firings
 * are not drawn one by one. */
function drawView(view) {
  const {svg, barHeight, gutter, width, begin, firstRow, lastRow} = view;
  const pitch = pitchOf(barHeight);
  view.scale = width / (view.end - begin);
  view.x = (time) => gutter + (time - begin) * view.scale;
  view.y = (row) => HEADER + (row - firstRow) * pitch;
  view.bottom = HEADER + (lastRow - firstRow) * pitch;
  view.right = gutter + width;
  svg.replaceChildren();
  svg.setAttribute('width', gutter + width + RIGHT);
  svg.setAttribute('height', view.bottom + FOOTER);
  drawRows(view);
  drawPeriods(view);
  const hidden = drawBars(view);
  drawAxis(view);
  return hidden;
}

function drawTimeline(timeline) {
  const hidden = drawView(timeline.view());
  timeline.figure.querySelector('.drawn').textContent = describeView(timeline, hidden);
}

function describeView(timeline, hidden) {
  const parts = [];
  if (timeline.pinned !== null)
    parts.push(`Iteration ${timeline.pinned} stands out; a click elsewhere ends that.`);
  if (hidden > 0)
    parts.push(`${formatInteger(hidden)} firings are too narrow here and are drawn ` +
      'together, in the colour that takes most of their time; zoom in to see them.');
  return parts.join(' ');
}

/** Where there is little room, P0 is processor 0. */
function rowLabel(row, short) {
  if (row.link) return `${short ? '' : 'link '}${row.link[0]}–${row.link[1]}`;
  return short ? `P${row.processor}` : `processor ${row.processor}`;
}

function drawRows(view) {
  const {timeline: {schedule}, svg, width, gutter, barHeight} = view;
  const large = barHeight > 20, short = gutter < SHORT_GUTTER;
  for (let index = view.firstRow; index < view.lastRow; ++index) {
    const row = schedule.rows[index], y = view.y(index);
    const binding = row.binds ? ' binding' : '';
    svgNode(svg, 'text',
      {'class': 'row-label' + binding, x: gutter - 10,
        y: y + barHeight / 2 + (large ? -1 : 4), 'data-row': index},
      rowLabel(row, short));
    if (large)
      svgNode(svg, 'text',
        {'class': 'row-note' + binding, x: gutter - 10, y: y + barHeight / 2 + 11},
        `${formatNumber(100 * row.busy / schedule.period, 3)} %${short ? '' : ' busy'}`);
    if (row.binds)
      svgNode(svg, 'rect', {'class': 'binding', x: gutter - 6, y, width: 3, height: barHeight});
    svgNode(svg, 'rect',
      {'class': 'track', x: gutter, y, width, height: barHeight, rx: 2});
  }
}

/** Lines between periods, and their numbers where there is room. */
function drawPeriods(view) {
  const {timeline: {schedule}, begin, end, svg, width, gutter} = view;
  const {period, first, steady} = schedule;
  const prologue = (steady - first) * period;
  if (prologue > begin)
    svgNode(svg, 'rect', {'class': 'prologue', x: gutter, y: 0,
      width: Math.min(view.x(prologue) - gutter, width), height: view.bottom});
  const pixels = period * view.scale;
  const every = Math.max(1, Math.ceil(28 / pixels));
  for (let n = Math.floor(begin / period); n * period <= end; ++n) {
    const number = first + n;
    if (number % every !== 0) continue;
    const x = view.x(n * period);
    if (n * period >= begin)
      svgNode(svg, 'line', {'class': number === steady ? 'period steady' : 'period',
        'data-period': number, x1: x, x2: x, y1: 6, y2: view.bottom});
    const from = Math.max(x, gutter);
    const room = Math.min(view.x((n + 1) * period), view.right) - from;
    const phase = number < steady ? 'prologue' : 'steady state';
    const text = room > 150 ? `period ${number}, ${phase}` : room > 70 ? `period ${number}` : number;
    if (room > 20)
      svgNode(svg, 'text', {'class': 'period-label', x: from + 5, y: 18}, text);
  }
}

/** Every firing of the items in view: {item, index, iteration, begin, end}. */
function firingsInView(view, items) {
  const {period} = view.timeline.schedule;
  const firings = [];
  items.forEach((item, index) => {
    const before = Math.floor((view.begin - item.begin - item.duration) / period);
    for (let k = Math.max(before, 0); k < item.count; ++k) {
      const begin = item.begin + k * period, end = begin + item.duration;
      ++work.visited;
      if (begin >= view.end) break;
      if (end > view.begin || begin >= view.begin)
        firings.push({item, index, iteration: item.first + k, begin, end});
    }
  });
  work.firings += firings.length;
  return firings.sort((a, b) => a.begin - b.begin || a.end - b.end);
}

/** Returns how many firings are not drawn one by one. */
function drawBars(view) {
  const {timeline} = view;
  const rows = timeline.items.slice(view.firstRow, view.lastRow)
    .map((items) => firingsInView(view, items));
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  const narrow = count <= MAX_BARS ? 0
    : Math.max(1.5, rows.length * view.width / MAX_BARS);
  let hidden = 0;
  const group = svgNode(view.svg, 'g', {'class': timeline.pinned === null ? 'bars' : 'bars pinned'});
  rows.forEach((firings, index) => {
    const row = view.firstRow + index;
    let run = [];
    const flush = () => {
      if (run.length === 1) drawBar(view, group, row, run[0]);
      if (run.length > 1) hidden += drawBlock(view, group, row, run);
      run = [];
    };
    for (const firing of firings) {
      const isNarrow = (firing.end - firing.begin) * view.scale < narrow;
      const joins = run.length > 0 && (firing.begin - run[run.length - 1].end) * view.scale < 0.5 &&
        (firing.end - run[0].begin) * view.scale < 2 * narrow;
      if (!isNarrow || !joins) flush();
      run.push(firing);
      if (!isNarrow) flush();
    }
    flush();
  });
  return hidden;
}

/** Where a firing lies in pixels, cut at the edges of the plot. */
function extent(view, begin, end) {
  const from = Math.max(view.x(begin), view.gutter);
  const to = Math.min(view.x(end), view.right);
  const tick = Math.min(TICK_WIDTH, view.timeline.schedule.period * view.scale / TICKS_PER_PERIOD);
  return {from, width: Math.max(to - from, begin === end ? tick : 0, 0.5)};
}

function colorOf(timeline, item) {
  if (item.kind === undefined || timeline.colorBy === 'kind') return null;
  return layerColor(item.layer, timeline.layers);
}

function classOf(timeline, item) {
  return item.kind === undefined ? 'kind-transfer' : 'kind-' + timeline.kinds[item.kind].name;
}

function drawBar(view, parent, row, firing) {
  const {timeline, barHeight} = view;
  const {item, iteration, begin, end} = firing;
  const {from, width} = extent(view, begin, end);
  const y = view.y(row);
  const pinned = timeline.pinned === iteration ? ' chosen' : '';
  const attributes = {'class': 'bar' + pinned, 'data-row': row, 'data-item': firing.index,
    'data-iteration': iteration};
  if (item.kind === undefined) attributes['data-transfer'] = item.name;
  else {
    attributes['data-task'] = item.name;
    attributes['data-processor'] = item.processor;
  }
  const bar = svgNode(parent, 'g', attributes);
  const gap = width > 6 ? 1 : 0;
  const rectangle = svgNode(bar, 'rect', {'class': classOf(timeline, item), x: from.toFixed(2), y,
    width: (width - gap).toFixed(2), height: barHeight, rx: width > 6 ? 2 : 0});
  const color = colorOf(timeline, item);
  if (color) rectangle.style.fill = color;
  if (item.critical && timeline.showCritical)
    svgNode(bar, 'rect', {'class': 'strip', x: from.toFixed(2), y: y + barHeight - 3,
      width: (width - gap).toFixed(2), height: 3});
  if (begin < end) drawLabel(view, bar, row, firing, from, width - gap);
}

/** The task's label above its iteration; only the iteration where it is tight. */
function drawLabel(view, bar, row, {item, iteration}, from, width) {
  const {barHeight} = view;
  const small = String(iteration);
  if (small.length * SMALL_CHARACTER + 2 > width) return;
  const x = (from + width / 2).toFixed(1), middle = view.y(row) + barHeight / 2;
  const label = item.label || '';
  if (barHeight <= 20) {
    const both = `${label} · ${small}`;
    svgNode(bar, 'text', {'class': 'iteration', x, y: middle + 4},
      label && both.length * SMALL_CHARACTER + 4 <= width ? both : small);
    return;
  }
  // Where there is no room for the part, the task that it is a part of.
  const fits = (text) => text.length * CHARACTER + 2 <= width;
  const full = label && fits(item.name + ' ');
  const name = full ? item.name : [label, label.split('/')[0]].find(fits);
  if (name) svgNode(bar, 'text', {'class': 'name', x, y: middle - 2}, name);
  svgNode(bar, 'text', {'class': 'iteration', x, y: middle + (name ? 9 : 4)},
    full ? `iteration ${small}` : small);
}

/** Firings that are too narrow to tell apart, in the colour of the longest. */
function drawBlock(view, parent, row, run) {
  const {timeline, barHeight} = view;
  const times = new Map();
  for (const {item} of run) {
    const key = colorOf(timeline, item) || classOf(timeline, item);
    const known = times.get(key) || {time: 0, item};
    known.time += item.duration;
    times.set(key, known);
  }
  const longest = [...times.values()].reduce((a, b) => (b.time > a.time ? b : a)).item;
  const {from, width} = extent(view, run[0].begin, run[run.length - 1].end);
  const block = svgNode(parent, 'rect', {'class': 'block ' + classOf(timeline, longest),
    'data-count': run.length, x: from.toFixed(2), y: view.y(row), width: width.toFixed(2),
    height: barHeight});
  const color = colorOf(timeline, longest);
  if (color) block.style.fill = color;
  return run.length;
}

function drawAxis(view) {
  const {timeline: {schedule}, begin, end, svg, width, gutter} = view;
  const origin = schedule.first * schedule.period;
  const scale = timeScale(origin + end, schedule.unit);
  const y = view.bottom;
  svgNode(svg, 'line', {'class': 'axis', x1: gutter, x2: view.right, y1: y, y2: y});
  svgNode(svg, 'text', {'class': 'row-note', x: gutter - 10, y: y + 18}, scale.unit);
  for (const tick of ticksOf(origin + begin, origin + end, width / 90, scale.perUnit)) {
    const x = view.x(tick - origin);
    svgNode(svg, 'line', {'class': 'axis', x1: x, x2: x, y1: y, y2: y + 5});
    svgNode(svg, 'text', {'class': 'tick', x, y: y + 18}, formatNumber(tick / scale.perUnit, 6));
  }
}
