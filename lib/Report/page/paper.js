// paper.js - Timelines on paper: whole, as lines of a score.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A screen shows the part of a timeline that one asks for; paper can't be asked.
// So before the page is printed, every timeline is drawn from its first period
// to its last, in strips that a sheet is wide enough for. A strip that is higher
// than a sheet is continued with its next rows.

'use strict';

/** Of a strip with its labels; the style sheet fits it to the sheet. */
const PAPER_WIDTH = 800;
/** Of what fits on a sheet of A4 or letter paper in either direction; upright,
 * there is room for two of that. */
const PAPER_HEIGHT = 530;
/** Of bars with two lines of text, where many rows are to fit. */
const PAPER_BAR = 22;

/** Times and rows of each strip: {begin, end, firstRow, lastRow}. */
function stripsOf(timeline, width, barHeight) {
  const {schedule, wantedPeriod, length} = timeline;
  const periods = schedule.end - schedule.first;
  const lines = Math.ceil(periods / Math.max(1, Math.floor(width / wantedPeriod)));
  const span = Math.ceil(periods / lines) * schedule.period;
  const rows = schedule.rows.length;
  const most = Math.max(1, Math.floor((PAPER_HEIGHT - heightOf(0, barHeight)) / pitchOf(barHeight)));
  const height = Math.ceil(rows / Math.ceil(rows / most));
  const strips = [];
  for (let begin = 0; begin < length; begin += span)
    for (let firstRow = 0; firstRow < rows; firstRow += height)
      strips.push({begin, end: Math.min(begin + span, length), span,
        firstRow, lastRow: Math.min(firstRow + height, rows)});
  return strips;
}

/** Draws the whole timeline into its place for paper. */
function drawOnPaper(timeline) {
  const place = timeline.figure.querySelector('.print');
  const gutter = WIDE_GUTTER, width = PAPER_WIDTH - gutter - RIGHT;
  const barHeight = Math.min(timeline.barHeight, PAPER_BAR);
  place.replaceChildren();
  let hidden = 0;
  for (const strip of stripsOf(timeline, width, barHeight)) {
    const svg = svgNode(place, 'svg', {'class': 'strip-of-paper'});
    // Equal times are equally long in all strips, the last one included.
    hidden += drawView({...strip, timeline, svg, gutter, barHeight,
      width: width * (strip.end - strip.begin) / strip.span});
    svg.setAttribute('viewBox', `0 0 ${PAPER_WIDTH} ${svg.getAttribute('height')}`);
    svg.removeAttribute('width');
    svg.removeAttribute('height');
  }
  if (hidden > 0)
    htmlNode(place, 'p', 'note', `${formatInteger(hidden)} firings are too narrow for paper ` +
      'and are drawn together, in the colour that takes most of their time.');
}

/** Strips exist only while the page is printed: they may be many. */
function drawWhenPrinted(timelines) {
  window.addEventListener('beforeprint', () => timelines.forEach(drawOnPaper));
  window.addEventListener('afterprint', () => {
    for (const {figure} of timelines) figure.querySelector('.print').replaceChildren();
  });
}
