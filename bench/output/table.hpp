// A table for people: columns as wide as their widest cell, numbers to the right, and never wider than the page.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace kickbench::bench::output {

class Table {
 public:
  /// Prose is the last column, which the page folds.
  enum class Align { left, right, prose };
  struct Column {
    std::string title;
    Align align = Align::right;
    std::size_t least_width = 0;
  };

  /// The first so many columns name a row.
  explicit Table(std::vector<Column> columns, std::size_t name_columns = 1)
      : columns_(std::move(columns)), name_columns_(name_columns) {}

  /// As many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  /// What is too wide for the page that `out` is goes on below, under the names of the rows once more. Where these are
  /// long, they stand above their row.
  void print(std::ostream& out) const;

 private:
  using Cells = std::vector<std::string>;
  struct Layout;
  Layout layout_for(std::size_t page) const;
  void print_cells(std::ostream& out, const Layout& layout, const Cells& cells, std::size_t block) const;

  std::vector<Column> columns_;
  std::size_t name_columns_;
  std::vector<Cells> rows_;
};

}  // namespace kickbench::bench::output
