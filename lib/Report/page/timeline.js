// timeline.js - A schedule's timeline: what is in view, and how one moves it.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times within a timeline count from the start of the first period drawn.

'use strict';

/** Room for the rows' labels, and on narrow screens. */
const WIDE_GUTTER = 108;
const NARROW_GUTTER = 60;
/** Figures up to this width are narrow. */
const NARROW = 640;

class Timeline {
  constructor(figure, schedule, kinds) {
    this.figure = figure;
    this.schedule = schedule;
    this.kinds = kinds;
    this.colorBy = 'kind';
    this.showCritical = figure.querySelector('[data-critical]').checked;
    this.pinned = null;
    this.length = (schedule.end - schedule.first) * schedule.period;
    this.layers = schedule.tasks.reduce((most, task) => Math.max(most, task.layer), 1);
    this.items = this.itemsByRow();
    this.svg = figure.querySelector('svg');
    this.minimap = new Minimap(figure.querySelector('canvas'), this);
    this.setInitialView();
    this.listen();
    this.drawLegend();
  }

  /** Tasks and transfers per row, by start. */
  itemsByRow() {
    const rows = this.schedule.rows.map(() => []);
    for (const list of [this.schedule.tasks, this.schedule.transfers])
      for (const item of list) if (item.row >= 0) rows[item.row].push(item);
    for (const row of rows)
      row.sort((a, b) => a.start - b.start || a.duration - b.duration);
    return rows;
  }

  get gutter() {
    return this.figure.clientWidth <= NARROW ? NARROW_GUTTER : WIDE_GUTTER;
  }

  get width() {
    return Math.max(this.figure.clientWidth - this.gutter - RIGHT, 200);
  }

  /** The width of a period in which the labels of the fullest row fit. */
  get wantedPeriod() {
    const fullest = this.items.reduce((most, row) =>
      Math.max(most, row.filter((item) => item.duration > 0).length), 1);
    return Math.max(90, Math.min(24 * fullest, 600));
  }

  /** What the screen shows; draw.js says what a view is. */
  view() {
    return {timeline: this, svg: this.svg, begin: this.begin, end: this.end, firstRow: 0,
      lastRow: this.schedule.rows.length, width: this.width, gutter: this.gutter,
      barHeight: this.barHeight};
  }

  get barHeight() {
    const rows = this.schedule.rows.length;
    return rows <= 6 ? 34 : rows <= 40 ? 29 : 16;
  }

  /** All of it if its labels fit, otherwise the steady state. */
  setInitialView() {
    const periods = this.schedule.end - this.schedule.first;
    if (this.width / periods >= this.wantedPeriod) this.setView(0, this.length);
    else if (this.gutter === WIDE_GUTTER) this.viewSteady();
    else this.viewLegible();
  }

  viewSteady() {
    const {period, first, steady, end} = this.schedule;
    const periods = Math.min(3, end - Math.max(steady, first));
    this.setView(this.length - Math.max(periods, 1) * period, this.length);
  }

  /** From the start of the steady state, as much as has room for its labels. */
  viewLegible() {
    const {period, first, steady} = this.schedule;
    const begin = Math.max(steady - first, 0) * period;
    const periods = Math.max(this.width / (1.5 * this.wantedPeriod), 0.25);
    this.setView(begin, begin + Math.min(periods, 3) * period);
  }

  viewPrologue() {
    const {period, first, steady} = this.schedule;
    this.setView(0, Math.max(steady - first, 1) * period);
  }

  viewPeriod() {
    const {period, first, steady} = this.schedule;
    const begin = Math.max(steady - first, 0) * period;
    this.setView(begin, begin + period);
  }

  /** Within the timeline, and never so short that times lose their meaning. */
  setView(begin, end) {
    const least = Math.max(this.schedule.period / 1000, Math.min(1, this.length));
    const span = Math.min(Math.max(end - begin, least), this.length);
    this.begin = Math.min(Math.max(begin, 0), this.length - span);
    this.end = this.begin + span;
    this.redraw();
  }

  /** At most once a frame, however fast the pointer moves. */
  redraw() {
    if (this.pending || !this.ready) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    this.ready = true;
    drawTimeline(this);
    this.minimap.draw();
  }

  zoom(factor, share = 0.5) {
    const span = this.end - this.begin;
    const fixed = this.begin + share * span;
    this.setView(fixed - share * span * factor, fixed + (1 - share) * span * factor);
  }

  pan(share) {
    const by = share * (this.end - this.begin);
    this.setView(this.begin + by, this.end + by);
  }

  listen() {
    this.figure.addEventListener('click', (event) => this.press(event));
    this.figure.querySelector('[data-critical]').addEventListener('change', (event) => {
      this.showCritical = event.target.checked;
      this.drawLegend();
      this.redraw();
    });
    this.svg.addEventListener('pointermove', (event) => this.hover(event));
    this.svg.addEventListener('pointerleave', () => tooltip.hide());
    this.svg.addEventListener('wheel', (event) => this.turnWheel(event), {passive: false});
    this.svg.addEventListener('keydown', (event) => this.type(event));
    window.addEventListener('resize', () => this.redraw());
  }

  press(event) {
    const {view, color} = event.target.dataset;
    const bar = event.target.closest('.bar');
    if (color) {
      this.colorBy = color;
      for (const button of this.figure.querySelectorAll('[data-color]'))
        button.setAttribute('aria-pressed', String(button === event.target));
      this.drawLegend();
    } else if (view) {
      this.show(view);
    } else if (bar) {
      const iteration = Number(bar.dataset.iteration);
      this.pinned = this.pinned === iteration ? null : iteration;
    } else if (event.target.closest('svg')) {
      this.pinned = null;
    } else {
      return;
    }
    this.redraw();
  }

  show(view) {
    const views = {
      all: () => this.setView(0, this.length),
      prologue: () => this.viewPrologue(),
      steady: () => this.viewSteady(),
      period: () => this.viewPeriod(),
      in: () => this.zoom(0.5),
      out: () => this.zoom(2),
      back: () => this.pan(-0.5),
      on: () => this.pan(0.5),
    };
    views[view]();
  }

  /** With a modifier only: the wheel alone scrolls the page. */
  turnWheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const x = event.clientX - this.svg.getBoundingClientRect().left - this.gutter;
    this.zoom(Math.exp(event.deltaY / 300), Math.min(Math.max(x / this.width, 0), 1));
  }

  type(event) {
    const views = {ArrowLeft: 'back', ArrowRight: 'on', '+': 'in', '-': 'out', 0: 'all'};
    if (!(event.key in views)) return;
    event.preventDefault();
    this.show(views[event.key]);
  }

  hover(event) {
    const bar = event.target.closest('.bar');
    if (!bar) return tooltip.hide();
    const iteration = Number(bar.dataset.iteration);
    const item = this.items[bar.dataset.row][bar.dataset.item];
    tooltip.show(event, item.name, this.describe(item, iteration));
  }

  describe(item, iteration) {
    const {unit, period, first} = this.schedule;
    const at = (first + iteration - item.first) * period + item.begin;
    const lines = item.kind === undefined
      ? [['transfer', `processor ${item.from} to ${item.to}`], ['latency', formatTime(item.latency, unit)]]
      : [['kind', this.kinds[item.kind].name], ['layer', item.layer || '–'],
        ['processor', item.processor]];
    if (item.part) lines.push(['part', item.part]);
    if (item.microbatch !== undefined) lines.push(['microbatch', item.microbatch]);
    lines.push(['iteration', iteration], ['lag', item.lag],
      ['start', `${formatTime(item.start, unit)} in its period`],
      ['runs from', formatTime(at, unit)],
      ['duration', `${formatTime(item.duration, unit)} (${formatInteger(item.duration)})`]);
    if (item.critical) lines.push(['', 'on the critical cycle']);
    return lines;
  }

  drawLegend() {
    const legend = this.figure.querySelector('.legend');
    legend.replaceChildren();
    const entry = (className, text) => {
      const item = htmlNode(legend, 'span', 'entry');
      htmlNode(item, 'i', className);
      item.append(text);
    };
    if (this.colorBy === 'kind') {
      for (const kind of this.schedule.kinds)
        entry('kind-' + this.kinds[kind].name,
          `${this.kinds[kind].letter} ${this.kinds[kind].meaning}`);
    } else {
      const ramp = htmlNode(legend, 'span', 'entry');
      ramp.append('layer 1');
      const stops = LAYER_STOPS.map((stop) => `rgb(${stop.join(', ')})`);
      htmlNode(ramp, 'i', 'ramp').style.background =
        `linear-gradient(to right, ${stops.join(', ')})`;
      ramp.append(String(this.layers));
      entry('no-layer', 'no layer');
    }
    if (this.schedule.transfers.some((transfer) => transfer.row >= 0))
      entry('kind-transfer', 'transfer');
    if (this.showCritical && this.schedule.tasks.some((task) => task.critical))
      entry('strip', 'on the critical cycle');
    if (this.schedule.rows.some((row) => row.binds))
      entry('binding', 'busy all the time');
  }
}
