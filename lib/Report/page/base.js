// base.js - What the drawings have in common: elements, numbers, the tooltip.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names from a schedule only ever become text or attribute values, never
// markup.

'use strict';

const SVG = 'http://www.w3.org/2000/svg';

/** What drawing costs, on any machine: how many elements of SVG were made, how
 * many firings were in view, and how many items were looked at to find them. */
const work = {elements: 0, firings: 0, visited: 0};

/** An SVG element with its attributes, appended to its parent. */
function svgNode(parent, tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  ++work.elements;
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  parent.appendChild(node);
  return node;
}

function htmlNode(parent, tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent.appendChild(node);
  return node;
}

/** Groups of three digits, apart by narrow spaces. */
function formatInteger(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

const UNITS = {
  ns: ['ns', 'µs', 'ms', 's'],
  us: ['µs', 'ms', 's'],
  cycles: ['cycles', 'k cycles', 'M cycles', 'G cycles', 'T cycles'],
};

/** The largest unit in which `time` is at least 1. */
function timeScale(time, unit) {
  const units = UNITS[unit] || [unit];
  let index = 0, perUnit = 1;
  while (index + 1 < units.length && time >= 1000 * perUnit) {
    perUnit *= 1000;
    ++index;
  }
  return {perUnit, unit: units[index]};
}

/** A number with at most so many significant digits, none of them a needless 0. */
function formatNumber(value, digits = 4) {
  if (Math.abs(value) >= 1000) return formatInteger(value);
  return String(Number(value.toPrecision(digits)));
}

function formatTime(time, unit) {
  const scale = timeScale(time, unit);
  return formatNumber(time / scale.perUnit) + ' ' + scale.unit;
}

function bytesScale(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let index = 0, perUnit = 1;
  while (index + 1 < units.length && bytes >= 1024 * perUnit) {
    perUnit *= 1024;
    ++index;
  }
  return {perUnit, unit: units[index]};
}

function formatBytes(bytes) {
  const scale = bytesScale(bytes);
  return formatNumber(bytes / scale.perUnit) + ' ' + scale.unit;
}

/** The least of 1, 2, 5, 10, … · 10^k that cuts `range` into ≤ `count` steps. */
function niceStep(range, count) {
  if (!(range > 0)) return 1;
  const least = range / Math.max(count, 1);
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least) || 10;
  return factor * power;
}

/** Multiples of a nice step from `low` to `high`. */
function ticksOf(low, high, count, perUnit = 1) {
  const step = niceStep((high - low) / perUnit, count) * perUnit;
  const first = Math.ceil(low / step - 1e-9);
  const ticks = [];
  // So far from 0 that a step is lost in rounding, there are still this many.
  for (let i = 0; i <= count + 1 && (first + i) * step <= high * (1 + 1e-12); ++i)
    ticks.push((first + i) * step);
  return ticks;
}

const LAYER_STOPS = [
  [124, 143, 226], [92, 178, 217], [103, 201, 161], [190, 214, 110],
  [244, 203, 96], [240, 149, 110],
];

/** A colour for a layer of `count`; grey for what belongs to none. */
function layerColor(layer, count) {
  if (layer <= 0) return '#a8b0b8';
  const at = count > 1 ? (layer - 1) / (count - 1) * (LAYER_STOPS.length - 1) : 0;
  const low = Math.min(Math.floor(at), LAYER_STOPS.length - 2);
  const mixed = LAYER_STOPS[low].map((from, channel) =>
    Math.round(from + (LAYER_STOPS[low + 1][channel] - from) * (at - low)));
  return `rgb(${mixed.join(', ')})`;
}

/** A box beside the pointer: a heading, and lines of a label and a text. */
const tooltip = {
  box: null,

  show(event, heading, lines) {
    if (!this.box) this.box = htmlNode(document.body, 'div', 'tooltip');
    this.box.replaceChildren();
    htmlNode(this.box, 'strong', '', heading);
    const list = htmlNode(this.box, 'dl');
    for (const [label, text] of lines) {
      htmlNode(list, 'dt', '', label);
      htmlNode(list, 'dd', '', text);
    }
    this.box.hidden = false;
    this.place(event);
  },

  /** Beside the pointer, and within the window. */
  place(event) {
    const {offsetWidth: width, offsetHeight: height} = this.box;
    let x = event.clientX + 14, y = event.clientY + 14;
    if (x + width > window.innerWidth - 8) x = event.clientX - width - 14;
    if (y + height > window.innerHeight - 8) y = event.clientY - height - 14;
    this.box.style.left = Math.max(4, x) + 'px';
    this.box.style.top = Math.max(4, y) + 'px';
  },

  hide() {
    if (this.box) this.box.hidden = true;
  },
};
