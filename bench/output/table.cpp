#include "bench/output/table.hpp"

#include <algorithm>
#include <ostream>

#include "bench/text/page.hpp"

namespace kickbench::bench::output {
namespace {

constexpr std::size_t gap = 2;

}  // namespace

/// How wide the columns are, and which of them stand side by side.
struct Table::Layout {
  struct Block {
    std::size_t begin;
    std::size_t end;
  };

  std::vector<std::size_t> widths;
  bool names_above = false;
  std::vector<Block> blocks{};  ///< of the columns that do not name the row
};

Table::Layout Table::layout_for(std::size_t page) const {
  Layout layout;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = std::max(columns_[i].least_width, text::characters(columns_[i].title));
    for (const Cells& row : rows_) width = std::max(width, text::characters(row[i]));
    layout.widths.push_back(columns_[i].align == Align::prose ? 0 : width);
  }
  std::size_t names = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    all += layout.widths[i] + gap;
    if (i < name_columns_) names = all;
  }
  layout.names_above = all > page + gap && names > page / 2;
  const std::size_t margin = layout.names_above ? 2 * gap : names;
  std::size_t used = margin;
  layout.blocks.push_back({name_columns_, name_columns_});
  for (std::size_t i = name_columns_; i < columns_.size(); ++i) {
    used += layout.widths[i] + gap;
    if (used > page + gap && layout.blocks.back().end > layout.blocks.back().begin) {
      layout.blocks.push_back({i, i});
      used = margin + layout.widths[i] + gap;
    }
    layout.blocks.back().end = i + 1;
  }
  return layout;
}

void Table::print_cells(std::ostream& out, const Layout& layout, const Cells& cells, std::size_t block) const {
  std::string line;
  const auto end_line = [&] {
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
    line.clear();
  };
  const auto add = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t width = text::characters(cells[i]);
      const std::string padding(layout.widths[i] - std::min(layout.widths[i], width), ' ');
      if (!line.empty()) line += std::string(gap, ' ');
      line += columns_[i].align == Align::right ? padding + cells[i] : cells[i] + padding;
    }
  };
  add(0, name_columns_);
  if (layout.names_above) {
    end_line();
    line = std::string(gap, ' ');
  }
  add(layout.blocks[block].begin, layout.blocks[block].end);
  end_line();
}

void Table::print(std::ostream& out) const {
  const Layout layout = layout_for(text::page_width(out));
  Cells titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  for (std::size_t block = 0; block < layout.blocks.size(); ++block) {
    if (block > 0) out << '\n';
    print_cells(out, layout, titles, block);
    for (const Cells& row : rows_) print_cells(out, layout, row, block);
  }
}

}  // namespace kickbench::bench::output
