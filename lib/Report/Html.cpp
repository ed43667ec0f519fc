//===- Html.cpp - Tables and tiles ----------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Html.h"

#include "Text.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::report {

void Table::add(const std::vector<Cell> &cells) {
  if (count++ < maxTableRows)
    rows += rowHtml(cells, "");
}

void Table::addSum(const std::vector<Cell> &cells) {
  sum += rowHtml(cells, " class=\"sum\"");
}

std::string Table::rowHtml(const std::vector<Cell> &cells,
                           std::string_view attributes) const {
  std::string html = fmt::format("<tr{}>", attributes);
  for (size_t i = 0; i < cells.size(); ++i) {
    std::string_view kind =
        columns[i].kind == Column::number ? "number" : "name";
    if (cells[i].part < 0)
      html += fmt::format("<td class=\"{}\">{}</td>", kind, cells[i].html);
    else
      html +=
          fmt::format("<td class=\"{} meter\" style=\"--part:{:.1f}%\">{}"
                      "</td>",
                      kind, 100 * std::min(cells[i].part, 1.0), cells[i].html);
  }
  return html + "</tr>\n";
}

std::string Table::html() const {
  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const Column &column : columns)
    html +=
        fmt::format("<th{}>{}</th>",
                    column.kind == Column::number ? " class=\"number\"" : "",
                    column.heading);
  html +=
      "</tr></thead>\n<tbody>\n" + rows + sum + "</tbody>\n</table></div>\n";
  if (count > maxTableRows)
    html += fmt::format("<p class=\"note\">{} more rows are left out.</p>\n",
                        formatInteger(count - maxTableRows));
  return html;
}

std::string tilesHtml(const std::vector<Tile> &tiles) {
  std::string html = "<dl class=\"tiles\">\n";
  for (const Tile &tile : tiles)
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd><dd>{}</dd></div>\n",
                        tile.name, tile.value, tile.note);
  return html + "</dl>\n";
}

std::string cardHtml(std::string_view heading, std::string_view explanation,
                     const std::string &content) {
  return fmt::format("<div class=\"card\">\n<h3>{}</h3>\n<p class=\"note\">{}"
                     "</p>\n{}</div>\n",
                     heading, explanation, content);
}

} // namespace layerpipe::report
